"""What operators do with layouts: make, name, write, restore, remove.

Of two who write at the same words exactly one saves: the UPDATE names the version that the page was made from. The
other gets what changed meanwhile, and loses nothing typed. Versions stay, with who and when.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError, transaction

from keyturn.audit import events
from keyturn.lib import text as lines
from keyturn.lib.edits import Seen
from keyturn.outbox.layouts import cleaning, drafted, judging, queries, variables
from keyturn.outbox.layouts.core import problems
from keyturn.outbox.layouts.core.comparing import Line, compare
from keyturn.outbox.layouts.core.problems import Problem
from keyturn.outbox.layouts.core.words import Words, WordsRefused
from keyturn.outbox.layouts.core.words import language as checked_language
from keyturn.outbox.layouts.models import LayoutText, LayoutVersion, StoredLayout
from keyturn.outbox.layouts.refusals import LayoutRefused
from keyturn.outbox.layouts.variables import VARIABLES
from keyturn.outbox.mail_page import Look

MOST_LAYOUTS, MOST_LANGUAGES, MOST_VERSIONS = 300, 20, 200
LONGEST_NAME = 100


@dataclass(frozen=True)
class Draft:
    """Words that somebody wants to save. `version` is the one that their page was made from; 0 for the first."""

    layout: StoredLayout
    language: str
    words: Words
    version: int


@dataclass(frozen=True)
class Saved:
    """It stands. `removed` names what the cleaning left out of the HTML."""

    text: LayoutText
    removed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Outrun:
    """Somebody else saved meanwhile: what stands now, and what of it is new since the page was made."""

    text: LayoutText
    changed: tuple[Line, ...]


@dataclass(frozen=True)
class NotSaved:
    """What stands in the way; those of weight `confirm` only until somebody says that they are meant."""

    problems: tuple[Problem, ...]


@transaction.atomic
def create(name: str, variable: str, now: datetime, *, actor: str) -> StoredLayout:
    """Make a layout, without words yet, for the kind of message that a variable decides on.

    Raises LayoutRefused (empty, too_long, control_character, not_unicode, taken, too_many, not_a_choice).
    """
    named = VARIABLES.get(variable)
    if named is None:
        raise LayoutRefused("not_a_choice", "variable")
    if StoredLayout.objects.count() >= MOST_LAYOUTS:
        raise LayoutRefused("too_many", "name")
    kind = {"purpose": named.purpose, "channel": named.channel}
    layout = StoredLayout(name=_name(name), created_at=now, **kind)
    _write(layout, {"force_insert": True})
    events.record("layout.created", at=now, actor=actor, layout=layout.name, **kind)
    return layout


def save(draft: Draft, now: datetime, *, actor: str, confirmed: bool = False) -> Saved | Outrun | NotSaved:
    """Write the words of one language; raises LayoutRefused (too_many languages, no_such_layout any more)."""
    layout = draft.layout
    try:
        checked_language(draft.language)
        judged = judging.judge(layout.purpose, layout.channel, draft.words)
        _try_out(draft, judged.words)
    except WordsRefused as problem:
        return NotSaved((Problem(problem.reason, problem.field),))
    if in_the_way := problems.refusing(judged.problems, confirmed=confirmed):
        return NotSaved(in_the_way)
    answer = _written(replace(draft, words=judged.words), now, actor)
    return Saved(answer.text, judged.removed) if isinstance(answer, Saved) else answer


def restore(seen: Seen, number: int, now: datetime, *, actor: str) -> Saved | Outrun | NotSaved:
    """Let an older version of a text be the newest again; raises LayoutRefused (no_such_version)."""
    text: LayoutText = seen.row
    old = queries.version(text, number)
    if old is None:
        raise LayoutRefused("no_such_version", "version")
    draft = Draft(text.layout, text.language, queries.words_of(old), seen.version)
    return save(draft, now, actor=actor, confirmed=True)


@transaction.atomic
def rename(layout: StoredLayout, name: str, now: datetime, *, actor: str) -> None:
    """Give it another name; variables that hold it hold it still. Raises LayoutRefused."""
    before, layout.name = layout.name, _name(name)
    if before == layout.name:
        return
    _write(layout, {"update_fields": ["name"]})
    events.record("layout.renamed", at=now, actor=actor, layout=[before, layout.name])


@transaction.atomic
def remove(layout: StoredLayout, now: datetime, *, actor: str) -> None:
    """Take it away with every version; raises LayoutRefused while a variable holds it."""
    locked = StoredLayout.objects.select_for_update().get(pk=layout.pk)
    if locked.variables.exists():
        raise LayoutRefused("in_use", "layout")
    locked.delete()
    events.record("layout.removed", at=now, actor=actor, layout=layout.name)


def _try_out(draft: Draft, words: Words) -> None:
    """Render them once, as delivery will; raises WordsRefused where that takes too much."""
    named = variables.of(draft.layout.purpose, draft.layout.channel)
    drafted.compiled(words, named, draft.language, Look(logo=cleaning.LOGO))


def _written(draft: Draft, now: datetime, actor: str) -> Saved | Outrun:
    """Write the words over those of the version they were made from, and beside every older one."""
    words = draft.words
    columns = {"subject": words.subject, "text": words.text, "html": words.html, "saved_at": now, "saved_by": actor}
    stands = queries.text(draft.layout, draft.language)
    if stands and stands.version == draft.version and queries.words_of(stands) == words:
        return Saved(stands)  # nothing to write down
    try:
        with transaction.atomic():
            text = _first(draft, columns) if draft.version == 0 else _next(draft, columns)
            if text is None:
                return _outrun(draft)
            told = {"layout": draft.layout.name, "language": text.language, "version": text.version}
            events.record("layout.saved", at=now, actor=actor, **told)
    except IntegrityError:  # somebody else wrote the first words, or took the layout away
        return _outrun(draft)
    return Saved(text)


def _first(draft: Draft, columns: dict) -> LayoutText:
    if draft.layout.texts.count() >= MOST_LANGUAGES:
        raise LayoutRefused("too_many", "language")
    text = LayoutText.objects.create(layout=draft.layout, language=draft.language, version=1, **columns)
    LayoutVersion.objects.create(of=text, number=1, **columns)
    return text


def _next(draft: Draft, columns: dict) -> LayoutText | None:
    mine = LayoutText.objects.filter(layout=draft.layout, language=draft.language, version=draft.version)
    number = draft.version + 1
    if mine.update(version=number, **columns) != 1:
        return None
    text = LayoutText.objects.get(layout=draft.layout, language=draft.language)
    LayoutVersion.objects.create(of=text, number=number, **columns)
    LayoutVersion.objects.filter(of=text, number__lte=number - MOST_VERSIONS).delete()
    return text


def _outrun(draft: Draft) -> Outrun:
    text = queries.text(draft.layout, draft.language)
    if text is None:
        raise LayoutRefused("no_such_layout", "layout")
    before = queries.version(text, draft.version)
    return Outrun(text, compare(queries.words_of(before) if before else Words("", ""), queries.words_of(text)))


def _name(raw: str) -> str:
    try:
        return lines.line(raw, at_most=LONGEST_NAME)
    except lines.TextRefused as problem:
        raise LayoutRefused(problem.reason, "name") from problem


def _write(layout: StoredLayout, how: dict) -> None:
    try:
        with transaction.atomic():
            layout.save(**how)
    except IntegrityError:
        raise LayoutRefused("taken", "name") from None
