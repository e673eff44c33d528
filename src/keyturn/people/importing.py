"""People from CSV files: which columns there are, and what a row says about a person.

The first line names the columns: identifier and name, and any of the others. A row whose identifier is on record
updates that person; an empty cell leaves things as they are. Passwords are not imported: people get in by recovery.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from keyturn.lib import addresses, phones
from keyturn.people import changes, identifiers
from keyturn.people.changes import NewPerson, NewPhone, PeopleRefused
from keyturn.people.core import table
from keyturn.people.core.table import MOST_BYTES, FileRefused, Row
from keyturn.people.models import Address, Person
from keyturn.people.rights.core import Rights

__all__ = ["COLUMNS", "MOST_BYTES", "FileRefused", "PeopleRefused", "Row", "Seen", "new", "read", "rows", "update"]

PHONES = {f"phone_{kind}": kind for kind in (Address.SMS, Address.MOBILE, Address.OFFICE, Address.HOME)}
RIGHTS = ("permissions", "profiles")
COLUMNS = (
    *"identifier name email other_addresses status language allow_mobile_password_reset cell_provider".split(),
    *PHONES,
    *RIGHTS,
)
REPORTED = ("refused_line", "refused_field", "refused_because")  # a report's own columns, which mean nothing here
_YES, _NO = {"yes", "true", "1"}, {"no", "false", "0"}


def read(raw: bytes) -> list[Row]:
    """The rows of a file of people, broken ones included; raises FileRefused."""
    return rows(raw, COLUMNS, ("identifier", "name"))


def rows(raw: bytes, columns: Iterable[str], needed: Collection[str], verbatim: Collection[str] = ()) -> list[Row]:
    """The rows of a file with such columns, or of a report of one (people.core.table); raises FileRefused."""
    return list(table.read(raw, (*columns, *REPORTED), needed, verbatim).rows())


@dataclass
class Seen:
    """What the rows before have claimed: two rows of one file may not want the same name, email or number."""

    region: str
    claimed: set[tuple[str, str]] = field(default_factory=set)

    def claim(self, row: Row) -> str:
        """Remember what this row wants; says which column wants what a row before wanted, empty for none."""
        wanted = list(_claims(row.cells, self.region))
        repeated = next((column for column, key in wanted if (column, key) in self.claimed), "")
        self.claimed.update(wanted)
        return repeated


def new(row: Row, providers: dict[str, UUID]) -> NewPerson:
    """Somebody who is not on record yet, as a row describes them. Raises PeopleRefused."""
    cells = row.cells
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


def update(person: Person, row: Row, providers: dict[str, UUID], now: datetime, *, actor: str) -> None:  # noqa: PLR0913
    """Only what has a cell; all of it or, when something is refused, nothing: the caller's transaction decides."""
    cells = row.cells
    details = {name: cells[name] for name in ("name", "language") if name in cells}
    if "allow_mobile_password_reset" in cells:
        details["allow_mobile_password_reset"] = _flag(cells)
    if "cell_provider" in cells:
        details["cell_provider_id"] = _provider(cells, providers)
    changes.update(person, now, actor=actor, **details)
    if "status" in cells:
        changes.set_status(person, cells["status"], now, actor=actor)
    if "email" in cells:
        changes.set_email(person, cells["email"], now, actor=actor)
    if "other_addresses" in cells:
        changes.set_other_addresses(person, cells["other_addresses"].split(), now, actor=actor)
    if PHONES.keys() & cells.keys():
        changes.set_phones(person, _phones(cells), now, actor=actor)


def rights(row: Row, held: Rights) -> Rights:
    """What somebody who holds this is to hold: each cell is a whole list of keys, separated by blanks."""
    return replace(held, **{name: frozenset(row.cells[name].split()) for name in RIGHTS if name in row.cells})


def says_rights(row: Row) -> bool:
    """Whether a row says anything of rights."""
    return any(name in row.cells for name in RIGHTS)


def _claims(cells: dict[str, str], region: str) -> Iterator[tuple[str, str]]:
    """What of a row must be nobody else's; what cannot be read is refused elsewhere, by its own reason."""
    for column, text in cells.items():
        try:
            if column == "identifier":
                yield column, identifiers.key(text)
            elif column == "email":
                yield column, addresses.parse(text).lowered
            elif PHONES.get(column) in {Address.SMS, Address.MOBILE}:
                yield "phones", phones.parse(text, region).e164
        except (identifiers.IdentifierRefused, addresses.AddressRefused, phones.PhoneRefused):
            continue


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
