"""Two versions side by side, as lines: what stayed, what went, what came."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from keyturn.outbox.layouts.core.words import HTML, SUBJECT, TEXT, Words

SAME, GONE, NEW = "same", "gone", "new"


@dataclass(frozen=True)
class Line:
    """One line of a comparison."""

    field: str
    kind: str
    text: str


def compare(before: Words, after: Words) -> tuple[Line, ...]:
    """The lines of both, in order; a line that changed is gone and new."""
    return tuple(
        line
        for field in (SUBJECT, TEXT, HTML)
        for line in _lines(field, getattr(before, field), getattr(after, field))
    )


def _lines(field: str, before: str, after: str) -> Iterator[Line]:
    old, new = before.splitlines(), after.splitlines()
    for what, begin, end, new_begin, new_end in SequenceMatcher(None, old, new).get_opcodes():
        if what == "equal":
            yield from (Line(field, SAME, text) for text in old[begin:end])
            continue
        yield from (Line(field, GONE, text) for text in old[begin:end])
        yield from (Line(field, NEW, text) for text in new[new_begin:new_end])
