"""One row of a file becomes somebody on record, or changes somebody, or is refused by its reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from keyturn.enrollment import on_record, ranking
from keyturn.enrollment.on_record import By
from keyturn.operators import ranks
from keyturn.outbox.models import CellProvider
from keyturn.people import importing, queries
from keyturn.people.importing import PeopleRefused, Row, Seen
from keyturn.people.models import Address, Person
from keyturn.people.rights import catalogue, holding
from keyturn.people.rights.wanted import RightsRefused

CREATED, UPDATED = "created", "updated"


@dataclass(frozen=True)
class Means:
    """What taking rows needs besides them. Nobody of `rank` or above is changed; None: the owner's own import."""

    by: By
    providers: dict[str, UUID]
    rank: int | None = None


def means(by: By, rank: int | None = None) -> Means:
    """The means, with the cell providers of the current tenant."""
    return Means(by, dict(CellProvider.objects.values_list("name", "pk")), rank)


def take(row: Row, seen: Seen, given: Means) -> str:
    """Put one row on record, in a transaction of its own; says `created` or `updated`. Raises PeopleRefused.

    `seen` knows the rows before it, and learns of this one.
    """
    if row.broken:
        raise PeopleRefused(row.broken, "row")
    if repeated := seen.claim(row):
        raise PeopleRefused("repeated_in_file", repeated)
    with transaction.atomic():
        hold([row])
        known = queries.by_identifier(row.cells.get("identifier", ""))
        if known is None:
            _grant(on_record.create(importing.new(row, given.providers), given.by), row, given)
            return CREATED
        _refuse_outranked(known, given.rank)
        with on_record.telling(known, given.by.now):
            importing.update(known, row, given.providers, given.by.now, actor=given.by.actor)
        _grant(known, row, given)
        return UPDATED


def hold(some: Iterable[Row]) -> None:
    """Before rows are taken in one transaction: the catalogue comes before people (people.rights.catalogue.lock)."""
    if any(importing.says_rights(row) for row in some):
        catalogue.lock()


def _grant(person: Person, row: Row, given: Means) -> None:
    """Give what the row says; the addresses that it gave the person count for whose rights these are."""
    if not importing.says_rights(row):
        return
    _refuse_outranked(person, given.rank)
    operator = ranking.operator_of(given.by.actor)
    if operator and ranks.is_own(operator, _emails(person)):
        raise PeopleRefused("own_rights", "identifier")
    wished = importing.rights(row, holding.rights_of(person))
    try:
        holding.give(person, wished, given.by.now, actor=given.by.actor)
    except RightsRefused as refused:
        raise PeopleRefused(refused.reason, refused.field) from refused


def _refuse_outranked(person: Person, rank: int | None) -> None:
    """Nobody changes, by file, somebody whom they may not change by hand."""
    if rank is not None and ranks.of_addresses(_emails(person)) >= rank:
        raise PeopleRefused("outranked", "identifier")


def _emails(person: Person) -> list[str]:
    emails = Address.objects.filter(person=person, kind=Address.EMAIL, told_until=None)
    return list(emails.values_list("lowered", flat=True))
