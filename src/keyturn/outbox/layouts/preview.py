"""The preview beside the builder: words as they would arrive, with a real or a made-up person, and their problems."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from keyturn.outbox import channels
from keyturn.outbox.layouts import cleaning, drafted, judging, samples
from keyturn.outbox.layouts.core.problems import Problem
from keyturn.outbox.layouts.core.segments import Segments, measure
from keyturn.outbox.layouts.core.words import Words, WordsRefused
from keyturn.outbox.layouts.variables import Named
from keyturn.outbox.mail_page import ACCENT, Look
from keyturn.outbox.merge import MergeRefused
from keyturn.outbox.purposes import ITEMS, PURPOSES, MergeItem
from keyturn.outbox.render import Rendered
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant


@dataclass(frozen=True)
class Writing:
    """What somebody is writing: words, in a language, for the kind of message that a variable decides on."""

    named: Named
    language: str
    words: Words


@dataclass(frozen=True)
class Previewed:
    """What would arrive. `segments` is None for an email; where the words cannot be shown, only problems are told."""

    subject: str
    text: str
    html: str
    segments: Segments | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Offered:
    """An item of the palette: what it means, what it may look like, and whether the words cannot do without it."""

    item: MergeItem
    sample: str
    is_required: bool


def preview(writing: Writing, person: Any = None, *, logo: str = "") -> Previewed:
    """Words as a person would get them. `logo` is the address of the picture on the page that shows the preview."""
    named, tenant = writing.named, Tenant.objects.get(pk=scope.current_id())
    look = Look(tenant.accent_colour or ACCENT, logo if tenant.logo else "")
    try:
        judged = judging.judge(named.purpose, named.channel, writing.words)
        shown = rendered(replace(writing, words=judged.words), look, samples.values(tenant, person, writing.language))
    except WordsRefused as problem:
        return _unshown(problem.reason, problem.field)
    except MergeRefused as problem:
        return _unshown(problem.reason, "person")
    segments = measure(shown.text) if named.channel == channels.SMS else None
    return Previewed(shown.subject, shown.text, shown.html, segments, judged.problems)


def starting_html(writing: Writing) -> str:
    """HTML that looks as the text alone does: where somebody begins who wants to write HTML."""
    tenant = Tenant.objects.get(pk=scope.current_id())
    look = Look(tenant.accent_colour or ACCENT, cleaning.LOGO if tenant.logo else "")
    fragment = drafted.from_text(writing.words.text, writing.language, look)
    return f'<div style="padding:24px;font:16px/1.5 system-ui,sans-serif">\n{fragment}\n</div>'


def palette(purpose: str, person: Any = None) -> list[Offered]:
    """The items that a layout of this purpose may borrow, those it must have first."""
    tenant = Tenant.objects.get(pk=scope.current_id())
    values, wanted = samples.values(tenant, person), PURPOSES[purpose]
    names = sorted(wanted.allowed, key=lambda name: (name not in wanted.required, name not in wanted.told, name))
    return [Offered(ITEMS[name], values[name], name in wanted.required) for name in names]


def rendered(writing: Writing, look: Look, values: Mapping[str, str]) -> Rendered:
    """Words that were judged, with these values in their places; raises WordsRefused and MergeRefused."""
    return drafted.compiled(writing.words, writing.named, writing.language, look).filled(values)


def _unshown(reason: str, field: str) -> Previewed:
    return Previewed("", "", "", None, (Problem(reason, field),))
