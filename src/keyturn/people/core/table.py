"""From the bytes of a CSV file to rows: encodings, separators, quotes, and whatever is broken about them.

A file that cannot be read as a table at all is refused as a whole; a broken line is a row that says so, and the
next one is read as if nothing had happened. A cell does not go on on the next line, for nothing that is on record
holds a line break: so a quote that somebody forgot to close spoils one line and not the rest of the file.
"""

import csv
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import NoReturn

from keyturn.lib import cells

MOST_BYTES = 20 * 1024 * 1024
MOST_COLUMNS = 100
LONGEST_LINE = 20_000  # characters; all that can be said of a person takes far less
_LINE_END = re.compile("\r\n|\n|\r")  # and none of the other signs that splitlines() takes for one
_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


class FileRefused(ValueError):
    """The file as a whole is no table of people. `reason` is a stable word, `about` what it is about."""

    def __init__(self, reason: str, about: str = ""):
        super().__init__(f"{reason}: {about}" if about else reason)
        self.reason = reason
        self.about = about


@dataclass(frozen=True)
class Row:
    """One line of the file; `cells` has what is not empty, `broken` why it cannot be read."""

    line: int
    cells: dict[str, str] = field(default_factory=dict)
    broken: str = ""


@dataclass(frozen=True)
class Table:
    """A file's columns, its lines as they stand there, and their separator; cells of `verbatim` lose not a blank."""

    columns: list[str]
    lines: list[str]
    separator: str
    verbatim: Collection[str] = ()

    def rows(self) -> Iterator[Row]:
        """Every row that is not empty, in order; line 1 names the columns."""
        for number, line in enumerate(self.lines[1:], 2):
            row = self._row(number, line)
            if row.cells or row.broken:
                yield row

    def _row(self, number: int, line: str) -> Row:
        if len(line) > LONGEST_LINE:
            return Row(number, broken="too_long")
        values = _split(line, self.separator)
        if values is None:
            return Row(number, broken="broken_quotes")
        if any(value.strip() for value in values[len(self.columns) :]):
            return Row(number, broken="too_many_cells")
        named = ((name, self._cell(name, value)) for name, value in zip(self.columns, values, strict=False))
        return Row(number, {name: text for name, text in named if text})

    def _cell(self, name: str, value: str) -> str:
        return value if name in self.verbatim else cells.plain(value.strip(" "))


def read(raw: bytes, known: Collection[str], needed: Collection[str], verbatim: Collection[str] = ()) -> Table:
    """The table in a file whose first line names columns that are `known`, those `needed` among them.

    Cells of the columns `verbatim` are taken as they stand. Raises FileRefused: empty, too_large, not_text,
    too_many_columns, unknown_column, repeated_column, missing_column.
    """
    if len(raw) > MOST_BYTES:
        _refuse("too_large")
    lines = _LINE_END.split(_text(raw))
    if not lines[0].strip():
        _refuse("empty")
    if len(lines[0]) > LONGEST_LINE:
        _refuse("too_many_columns")
    separator = max(",;\t", key=lines[0].count)
    columns = [cells.plain(name.strip()).lower() for name in _split(lines[0], separator) or []]
    while columns and not columns[-1]:
        columns.pop()
    _judge(columns, known, needed)
    return Table(columns, lines, separator, verbatim)


def _judge(columns: list[str], known: Collection[str], needed: Collection[str]) -> None:
    if len(columns) > MOST_COLUMNS:
        _refuse("too_many_columns")
    if unknown := sorted(set(columns) - set(known)):
        _refuse("unknown_column", ", ".join(name[:40] or "?" for name in unknown[:3]))
    if repeated := sorted({name for name in columns if columns.count(name) > 1}):
        _refuse("repeated_column", ", ".join(repeated[:3]))
    if missing := sorted(set(needed) - set(columns)):
        _refuse("missing_column", ", ".join(missing))


def _text(raw: bytes) -> str:
    mark, encoding = next((pair for pair in _BYTE_ORDER_MARKS if raw.startswith(pair[0])), (b"", _guessed(raw)))
    try:
        return raw[len(mark) :].decode(encoding)
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        _refuse("not_text", str(line))


def _guessed(raw: bytes) -> str:
    """Spreadsheets that forget the mark write UTF-16, in which every second byte of the first line is nothing."""
    start = raw[:200]
    if start[1::2].count(0) > len(start) // 4:
        return "utf-16-le"
    return "utf-16-be" if start[::2].count(0) > len(start) // 4 else "utf-8"


def _split(line: str, separator: str) -> list[str] | None:
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return None


def _refuse(reason: str, about: str = "") -> NoReturn:
    raise FileRefused(reason, about)
