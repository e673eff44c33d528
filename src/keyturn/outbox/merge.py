"""Layouts and merging: a tenant's text is data, with items to fill in, never a template language.

    merge("Hello !PERSON_NAME!", {"PERSON_NAME": "Mara"})  ->  "Hello Mara"

One pass: a value that looks like an item is not merged again. Escaping is the renderer's, after merging.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

ITEM = re.compile(r"!([A-Z][A-Z_]*)!")
_LINE_ENDS = frozenset("\u2028\u2029\u0085")


class MergeRefused(ValueError):
    """A layout or a value cannot be used; `reason`: missing_item, unknown_item, line_break, no_value."""

    def __init__(self, reason: str, item: str = ""):
        super().__init__(f"{reason}: {item}" if item else reason)
        self.reason = reason
        self.item = item


@dataclass(frozen=True)
class MergeItem:
    """Something a layout may borrow. `kind` says how it is shown: text, link, or secret (large, monospaced)."""

    name: str
    meaning: str
    kind: str = "text"


@dataclass(frozen=True)
class Layout:
    """The words of one message. A line that holds one item and nothing else is shown as that item's kind."""

    subject: str
    text: str


def items_in(text: str) -> set[str]:
    """The names of the items that a text borrows."""
    return set(ITEM.findall(text))


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
