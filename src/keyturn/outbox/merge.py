"""Layouts and merging: a tenant's text is data, with items to fill in, never a template language.

    merge("Hello !PERSON_NAME!", {"PERSON_NAME": "Mara"})  ->  "Hello Mara"

One pass: a value that looks like an item is not merged again, and each is escaped for the place where it stands.
What is sent again and again is cut at its items once (`cut`), and then only filled.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from html import escape

from django.utils.functional import Promise

from keyturn.outbox.layouts.core.items import ITEM, items_in

_IN_HTML = re.compile(r'(href=")?!([A-Z][A-Z_]*)!')
_LINE_ENDS = frozenset("\u2028\u2029\u0085")


class MergeRefused(ValueError):
    """A layout or a value cannot be used; `reason`: missing_item, unknown_item, line_break, no_value, not_a_link."""

    def __init__(self, reason: str, item: str = ""):
        super().__init__(f"{reason}: {item}" if item else reason)
        self.reason = reason
        self.item = item


@dataclass(frozen=True)
class MergeItem:
    """Something a layout may borrow. `kind` says how it is shown: text, link, or secret (large, monospaced)."""

    name: str
    meaning: str | Promise
    kind: str = "text"


class Place(StrEnum):
    """Where a value lands, which decides how it is escaped."""

    PLAIN = "plain"
    HTML = "html"
    ADDRESS = "address"


@dataclass(frozen=True)
class Gap:
    """A place for one item's value."""

    name: str
    place: Place


@dataclass(frozen=True)
class Skeleton:
    """A text that was cut at its items: words that stay, and gaps between them. It holds no value."""

    pieces: tuple[str | Gap, ...]

    @property
    def gaps(self) -> int:
        """How many values are filled in."""
        return sum(isinstance(one, Gap) for one in self.pieces)

    def filled(self, values: Mapping[str, str]) -> str:
        """The text with every gap filled; raises MergeRefused."""
        return "".join(one if isinstance(one, str) else _shown(one, values) for one in self.pieces)


@dataclass(frozen=True)
class Layout:
    """The words of one message. A line that holds one item and nothing else is shown as that item's kind."""

    subject: str
    text: str


def check(layout: Layout, *, required: Iterable[str], allowed: Iterable[str]) -> None:
    """Refuse a layout that lacks a required item, borrows an unknown one, or has a subject of two lines.

    A required item must stand alone on a line of its own, where people and programs find it.
    """
    refuse_line_breaks(layout.subject, "subject")
    lines = {line.strip() for line in layout.text.splitlines()}
    for name in sorted(set(required)):
        if f"!{name}!" not in lines:
            raise MergeRefused("missing_item", name)
    for name in sorted((items_in(layout.subject) | items_in(layout.text)) - set(allowed)):
        raise MergeRefused("unknown_item", name)


def cut(text: str, allowed: Collection[str]) -> Skeleton:
    """A subject or text, cut at the items that are known; what only looks like an item stays as it is."""
    return Skeleton(tuple(_pieces(text, ITEM, allowed, lambda _match: Place.PLAIN)))


def cut_html(html: str, allowed: Collection[str], links: Collection[str]) -> Skeleton:
    """HTML in the form that the cleaning gives it: an item in an address is one of the `links`, and alone there."""

    def place(match: re.Match) -> Place:
        return Place.ADDRESS if match[1] and match[2] in links else Place.HTML

    return Skeleton(tuple(_pieces(html, _IN_HTML, allowed, place)))


def _pieces(
    text: str, item: re.Pattern, allowed: Collection[str], place: Callable[[re.Match], Place]
) -> Iterator[str | Gap]:
    done = 0
    for match in item.finditer(text):
        name = match[match.lastindex]
        if name in allowed:
            yield text[done : match.start(match.lastindex) - 1]
            yield Gap(name, place(match))
            done = match.end()
    yield text[done:]


def _shown(gap: Gap, values: Mapping[str, str]) -> str:
    value = value_of(gap.name, values)
    if gap.place == Place.PLAIN:
        return value
    if gap.place == Place.ADDRESS and not value.startswith(("http://", "https://")):
        raise MergeRefused("not_a_link", gap.name)
    return escape(value)


def merge(text: str, values: Mapping[str, str], shown: Callable[[str], str] = str) -> str:
    """Fill every item of `text` in one pass; `shown` escapes each value. Raises MergeRefused."""
    return ITEM.sub(lambda item: shown(value_of(item[1], values)), text)


def value_of(name: str, values: Mapping[str, str]) -> str:
    """One item's value; refused when there is none or when it could begin a new line or header."""
    if name not in values:
        raise MergeRefused("no_value", name)
    refuse_line_breaks(values[name], name)
    return values[name]


def refuse_line_breaks(value: str, item: str) -> None:
    """Controls, line ends of any alphabet and lone surrogates reach neither a header nor a line of text."""
    if value.isprintable():
        return  # nearly always, and at once
    if any(char in _LINE_ENDS or unicodedata.category(char) in {"Cc", "Cs"} for char in value):
        raise MergeRefused("line_break", item)
