"""From a layout and its values to what is sent.

    cut       once for each layout: the words, and the HTML made from them, are cut at their items and kept
    filled    for each message: every gap gets its value, escaped for the place where it stands, in one pass
What the HTML looks like depends on the layout alone, never on a value; and nothing that is kept holds a value.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from keyturn.outbox import mail_page
from keyturn.outbox.mail_page import Look
from keyturn.outbox.merge import Layout, MergeRefused, Skeleton, cut, cut_html, merge
from keyturn.outbox.purposes import ITEMS
from keyturn.outbox.wording import WORDINGS, Wording

SMS_LENGTH = 160  # signs of one text message in GSM-7 (3GPP TS 23.038)
LINKS = frozenset(name for name, item in ITEMS.items() if item.kind == "link")
_AT_MOST = 256 * 1024  # signs of a whole message, merged
_AFTER_WHICH_LINKS_BEGIN = re.compile(r"([.:/@])(?=[\w/])")
_NAMES = ("PERSON_NAME", "OWNER", "MAILBOX")  # chosen by whoever bears them


@dataclass(frozen=True)
class Rendered:
    """The words that go out. `html` is empty for a text message."""

    subject: str
    text: str
    html: str = ""

    def __repr__(self) -> str:
        return "Rendered(…)"


@dataclass(frozen=True)
class Cut:
    """The words of a layout, cut at their items. `html` is None for a text message."""

    subject: Skeleton
    text: Skeleton
    html: Skeleton | None = None

    @property
    def gaps(self) -> int:
        """How many values are filled in."""
        return sum(one.gaps for one in (self.subject, self.text, self.html) if one)

    def filled(self, values: Mapping[str, str]) -> Rendered:
        """With these values in their places; raises MergeRefused."""
        safe = without_live_links(values)
        html = self.html.filled(safe) if self.html else ""
        subject = self.subject.filled(safe).replace("=?", "= ?")  # no value makes it an encoded word (RFC 2047)
        return _checked(Rendered(subject, self.text.filled(safe), html))


def mail(layout: Layout, values: Mapping[str, str], words: Wording, look: Look = Look()) -> Rendered:  # noqa: B008
    """An email in built-in words: subject, text and HTML, in the organization's look. Raises MergeRefused."""
    return _built_in(layout, words.language, look).filled(values)


def sms(layout: Layout, values: Mapping[str, str]) -> Rendered:
    """A text message; where it would need a second one, the organization's name is cut short."""
    safe = without_live_links(values)
    text = merge(layout.text, safe).strip()
    if (excess := len(text) - SMS_LENGTH) > 0:
        name = safe["TENANT"]
        safe["TENANT"] = name[: max(8, len(name) - excess)].rstrip()
        text = merge(layout.text, safe).strip()
    return _checked(Rendered("", text))


def cut_mail(layout: Layout, page: str, allowed: Collection[str]) -> Cut:
    """A mail whose HTML is a whole page with its items still in it."""
    return Cut(cut(layout.subject, allowed), cut(layout.text, allowed), cut_html(page, allowed, LINKS))


def without_live_links(values: Mapping[str, str]) -> dict[str, str]:
    """A person's name is a stranger's text: mail programs make links of what looks like an address."""
    names = {name: _AFTER_WHICH_LINKS_BEGIN.sub(r"\1 ", values[name]) for name in _NAMES if name in values}
    return {**values, **names}


@lru_cache(maxsize=256)
def _built_in(layout: Layout, language: str, look: Look) -> Cut:
    words = WORDINGS[language]
    page = mail_page.page(layout.subject, mail_page.fragment(layout.text, words.footer, words, look), language)
    whole = Layout(layout.subject, f"{layout.text}\n-- \n{words.footer}\n")
    return cut_mail(whole, page, ITEMS)


def _checked(rendered: Rendered) -> Rendered:
    if len(rendered.text) + len(rendered.html) > _AT_MOST:
        raise MergeRefused("too_long")
    return rendered
