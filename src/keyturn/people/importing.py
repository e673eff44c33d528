"""People from CSV files: reading the file, and putting one row after another on record.

The first line names the columns: identifier and name, and any of the others. A row whose identifier is on record
updates that person; an empty cell leaves things as they are. Passwords are not imported: people get in by recovery.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from keyturn.people import changes, queries
from keyturn.people.changes import NewPerson, NewPhone, PeopleRefused
from keyturn.people.models import Address, Person

MOST_BYTES = 64 * 1024 * 1024
PHONES = {f"phone_{kind}": kind for kind in (Address.SMS, Address.MOBILE, Address.OFFICE, Address.HOME)}
COLUMNS = (
    "identifier name email other_addresses status language allow_mobile_password_reset cell_provider".split()
    + list(PHONES)
)
_YES, _NO = {"yes", "true", "1"}, {"no", "false", "0"}


class FileRefused(ValueError):
    """The file as a whole cannot be read as people; the message says why."""


@dataclass(frozen=True)
class Row:
    """One line of the file; `cells` has what is not empty."""

    line: int
    cells: dict[str, str]


def read(raw: bytes) -> list[Row]:
    """The rows of a file in UTF-8, separated by commas or semicolons; raises FileRefused."""
    if len(raw) > MOST_BYTES:
        raise FileRefused(f"The file is larger than {MOST_BYTES // 1024 // 1024} MB; split it")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        raise FileRefused(f"Line {line} is not UTF-8") from None
    first_line = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if first_line.count(";") > first_line.count(",") else ",")
    try:
        columns = _columns(next(reader, []))
        return list(_rows(reader, columns))
    except csv.Error as problem:
        raise FileRefused(f"Line {reader.line_num} is not CSV: {problem}") from None


def save(row: Row, providers: dict[str, UUID], now: datetime) -> tuple[Person, bool]:
    """Put one row on record; says who it is and whether they are new. Raises PeopleRefused."""
    known = queries.by_identifier(row.cells.get("identifier", ""))
    if known is None:
        return changes.create(_new(row.cells, providers), now), True
    _update(known, row.cells, providers, now)
    return known, False


def _columns(header: list[str]) -> list[str]:
    columns = [name.strip().lower() for name in header]
    if unknown := sorted(set(columns) - set(COLUMNS)):
        raise FileRefused(f"There is no column {', '.join(map(repr, unknown[:5]))}; there are {', '.join(COLUMNS)}")
    if len(set(columns)) != len(columns) or not {"identifier", "name"} <= set(columns):
        raise FileRefused("The first line must name the columns, each once, identifier and name among them")
    return columns


def _rows(reader: Iterator[list[str]], columns: list[str]) -> Iterator[Row]:
    for values in reader:
        if len(values) > len(columns):
            raise FileRefused(f"Line {reader.line_num} has more cells than there are columns")
        cells = {name: value.strip() for name, value in zip(columns, values, strict=False) if value.strip()}
        if cells:
            yield Row(reader.line_num, cells)


def _new(cells: dict[str, str], providers: dict[str, UUID]) -> NewPerson:
    return NewPerson(
        identifier=cells.get("identifier", ""),
        name=cells.get("name", ""),
        email=cells.get("email", ""),
        other_addresses=tuple(cells.get("other_addresses", "").split()),
        phones=_phones(cells),
        status=cells.get("status", Person.ACTIVE),
        language=cells.get("language", ""),
        allow_mobile_password_reset=_flag(cells),
        cell_provider_id=_provider(cells, providers),
    )


def _update(person: Person, cells: dict[str, str], providers: dict[str, UUID], now: datetime) -> None:
    """Only what has a cell; all of it or, when something is refused, nothing: the caller's transaction decides."""
    details = {name: cells[name] for name in ("name", "language") if name in cells}
    if "allow_mobile_password_reset" in cells:
        details["allow_mobile_password_reset"] = _flag(cells)
    if "cell_provider" in cells:
        details["cell_provider_id"] = _provider(cells, providers)
    changes.update(person, now, **details)
    if "status" in cells:
        changes.set_status(person, cells["status"], now)
    if "email" in cells:
        changes.set_email(person, cells["email"], now)
    if "other_addresses" in cells:
        changes.set_other_addresses(person, cells["other_addresses"].split(), now)
    if PHONES.keys() & cells.keys():
        changes.set_phones(person, _phones(cells), now)


def _phones(cells: dict[str, str]) -> tuple[NewPhone, ...]:
    return tuple(NewPhone(cells[column], kind) for column, kind in PHONES.items() if column in cells)


def _flag(cells: dict[str, str]) -> bool:
    word = cells.get("allow_mobile_password_reset", "no").lower()
    if word not in _YES | _NO:
        raise PeopleRefused("not_yes_or_no", "allow_mobile_password_reset")
    return word in _YES


def _provider(cells: dict[str, str], providers: dict[str, UUID]) -> UUID | None:
    name = cells.get("cell_provider")
    if name is not None and name not in providers:
        raise PeopleRefused("unknown_provider", "cell_provider")
    return providers[name] if name is not None else None
