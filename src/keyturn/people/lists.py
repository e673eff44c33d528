"""Lists of people as the console shows and exports them: who belongs to which, each walking one index."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from keyturn.audit import events
from keyturn.lib import cells
from keyturn.people.importing import PHONES, RIGHTS
from keyturn.people.models import Address, Person
from keyturn.people.rights import queries as rights
from keyturn.people.rights.core import Rights
from keyturn.tenants import scope

ORDER = ("name", "id")
_CHUNK = 500  # people that an export holds at once


class Only(StrEnum):
    """Which people a list is about. Who holds an open temporary password is known by directories.pending."""

    EVERYBODY = ""
    ACTIVE = "active"
    INACTIVE = "inactive"
    NO_EMAIL = "no_email"
    BOUNCED = "bounced"
    CANNOT_RECOVER = "cannot_recover"
    TEMPORARY = "temporary"


_CONDITIONS = {
    Only.ACTIVE: Q(status=Person.ACTIVE),
    Only.INACTIVE: Q(status=Person.INACTIVE),
    Only.NO_EMAIL: Q(reach=Person.NO_EMAIL),
    Only.BOUNCED: Q(reach=Person.BOUNCED),
    Only.CANNOT_RECOVER: Q(can_be_reached=False),
}
EXPORTED = ("identifier", "name", "email", "other_addresses", "status", "language", "allow_mobile_password_reset")


def listed(only: Only, among: Iterable[UUID] | None = None) -> QuerySet[Person]:
    """The people of a list; `among` narrows it to some of them, which are few."""
    people = Person.objects.filter(_CONDITIONS.get(only, Q()))
    return people if among is None else people.filter(pk__in=list(among))


def with_addresses(people: QuerySet[Person]) -> QuerySet[Person]:
    """The same with what is on record about where to write, in one statement more, as `person.on_record`."""
    on_record = Address.objects.filter(told_until=None).order_by("-is_main", "kind", "raw")
    return people.prefetch_related(Prefetch("addresses", queryset=on_record, to_attr="on_record"))


def export(only: Only, among: Iterable[UUID] | None, now: datetime, *, actor: str) -> Iterator[str]:
    """A list as CSV, line by line, in the columns that an import reads; that it leaves is on record at once.

    The lines are made while they are read, so each chunk opens the tenant's room for itself.
    """
    events.record("people.exported", at=now, actor=actor, only=only or "everybody", searched=among is not None)
    return _lines(scope.current_id(), listed(only, among))


def chunks(people: QuerySet[Person]) -> Iterator[list[Person]]:
    """Everybody, some at a time, in the order of their ids: whoever is added meanwhile disturbs nothing."""
    last = None
    while chunk := _after(people, last):
        yield chunk
        last = chunk[-1].pk


def line(person: Person, held: Rights) -> str:
    """One person of an export; of several numbers of one type the first."""
    emails = [address for address in person.on_record if address.kind == Address.EMAIL]
    return cells.line(
        (
            person.identifier,
            person.name,
            next((address.raw for address in emails if address.is_main), ""),
            " ".join(address.raw for address in emails if not address.is_main),
            person.status,
            person.language,
            "yes" if person.allow_mobile_password_reset else "no",
            *(_number(person, kind) for kind in PHONES.values()),
            " ".join(sorted(held.permissions)),
            " ".join(sorted(held.profiles)),
        )
    )


def _lines(tenant_id: UUID, people: QuerySet[Person]) -> Iterator[str]:
    yield "\ufeff" + cells.line(
        (*EXPORTED, *PHONES, *RIGHTS)
    )  # the mark without which a spreadsheet takes UTF-8 for Latin
    rest = chunks(people)
    while True:
        with scope.inside(tenant_id):
            chunk = next(rest, None)
            held = rights.ticked(chunk or [])
        if chunk is None:
            return
        yield "".join(line(person, held[person.pk]) for person in chunk)


def _after(people: QuerySet[Person], last: UUID | None) -> list[Person]:
    rest = people.order_by("pk") if last is None else people.order_by("pk").filter(pk__gt=last)
    return list(with_addresses(rest)[:_CHUNK])


def _number(person: Person, kind: str) -> str:
    return next((address.raw for address in person.on_record if address.phone_type == kind), "")
