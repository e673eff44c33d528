"""From stored words to what is sent: which words a message goes out in, and their form cut at the items.

    variable ─ layout ─ its words in the person's language, or the main one of it, or the organization's, or English
Where nothing is found the built-in words go out. Cleaning, inlining and cutting are done once for each version and
look, and kept; what is kept holds no value.
"""

from dataclasses import dataclass
from functools import lru_cache
from html import escape
from uuid import UUID

from keyturn.outbox import channels, mail_page, render
from keyturn.outbox.layouts import cleaning, variables
from keyturn.outbox.layouts.core.words import FOOTER_BEGINS, HTML, TEXT, Words, WordsRefused
from keyturn.outbox.layouts.models import LayoutText, LayoutVersion
from keyturn.outbox.layouts.variables import Named
from keyturn.outbox.mail_page import Look
from keyturn.outbox.merge import Layout, Skeleton, cut
from keyturn.outbox.purposes import PURPOSES
from keyturn.outbox.render import Cut
from keyturn.outbox.wording import wording
from keyturn.tenants import prepared

MOST_GAPS = 100  # of a mail, in text and HTML
_LAST_RESORT = "en"


@dataclass(frozen=True)
class Chosen:
    """The words that a message goes out in: one version of one text, which never changes."""

    text_id: UUID
    version: int
    language: str
    named: Named


def chosen(purpose: str, channel: str, languages: tuple[str, str]) -> Chosen | None:
    """The stored words for a person of the first language in an organization of the second; None: the built-in.

    One statement.
    """
    named = variables.of(purpose, channel)
    found = {language: (pk, version) for pk, version, language in _texts(variable=named.name)}
    for language in (*_from_near_to_far(languages), _LAST_RESORT):
        if language in found:
            return Chosen(*found[language], language, named)
    return None


def stored(words: Chosen, look: Look) -> Cut:
    """Those words, cut; raises WordsRefused where their HTML can no longer be taken."""
    return _stored(words, look)


def compiled(words: Words, named: Named, language: str, look: Look) -> Cut:
    """Any words, cut, with the HTML that belongs to them; raises WordsRefused."""
    allowed = PURPOSES[named.purpose].allowed
    if named.channel == channels.SMS:
        return Cut(Skeleton(()), cut(words.text.strip(), allowed))
    page = mail_page.page(words.subject, _fragment(words, language, look), language, is_own=bool(words.html))
    whole = render.cut_mail(Layout(words.subject, f"{words.text.rstrip()}\n"), page, allowed)
    if whole.gaps > MOST_GAPS:  # so that no value, however long, makes it too long to be sent
        raise WordsRefused("too_many_items", HTML if words.html else TEXT)
    return whole


@lru_cache(maxsize=128)  # a hundred kilobytes each at most
def _stored(words: Chosen, look: Look) -> Cut:
    kept = LayoutVersion.objects.get(of=words.text_id, number=words.version)
    return compiled(Words(kept.subject, kept.text, kept.html), words.named, words.language, look)


def _fragment(words: Words, language: str, look: Look) -> str:
    if not words.html:
        return from_text(words.text, language, look)
    sent = cleaning.inlined(words.html, has_logo=bool(look.logo))
    return sent.replace(f'src="{cleaning.LOGO}"', f'src="{escape(look.logo)}"')


def from_text(text: str, language: str, look: Look) -> str:
    """The HTML of words that have none of their own."""
    body, _begins, footer = text.partition(FOOTER_BEGINS)
    return mail_page.fragment(body, footer, wording(language), look)


def _from_near_to_far(languages: tuple[str, str]) -> tuple[str, ...]:
    return tuple(one for language in languages for one in (language, language.partition("-")[0]))


@prepared.select
def _texts(variable):
    return LayoutText.objects.filter(layout__variables__name=variable).values_list("pk", "version", "language")
