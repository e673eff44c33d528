"""Bringing a person's addresses to what is wished for: equal ones stay, with what was learned about them.

Addresses that change become new rows, so that a message on its way to the old one finds no address rather than
the new one. Two who want one number at the same moment are told apart by the database's constraints.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from keyturn.people import routes
from keyturn.people.models import Address, Person
from keyturn.people.wanted import PeopleRefused

TOLD_FOR = timedelta(days=7)  # how long an address that was taken off record hears of changes


@dataclass(frozen=True)
class By:
    """Whose addresses change, when, and by whom."""

    person: Person
    now: datetime
    actor: str

    @property
    def set_by_person_at(self) -> datetime | None:
        """When the person set it; then it is fresh, and not used for recovery for a while."""
        return self.now if self.actor == named(self.person) else None

    @property
    def set_by_operator_at(self) -> datetime | None:
        """When an operator set it for somebody who was on record before: it proves nothing about a caller yet."""
        is_new = self.person.created_at == self.now
        return self.now if self.actor.startswith("operator:") and not is_new else None


def replace(kept: QuerySet[Address], wished: list[Address], by: By) -> dict[str, int]:
    """Bring the rows to what is wished for and count what that took; empty when it took nothing."""
    before = {_sameness(address): address for address in kept.filter(told_until=None)}
    after = {_sameness(address): address for address in wished}
    gone = [address for sameness, address in before.items() if sameness not in after]
    new = [address for sameness, address in after.items() if sameness not in before]
    if gone:
        routes.withdraw(gone)
        Address.objects.filter(pk__in=[address.pk for address in gone]).delete()
    for address in new:
        _put_on_record(address, by)
    return {"added": len(new), "removed": len(gone)} if gone or new else {}


def keep_told(person: Person, before: list[Address], now: datetime) -> list[Address]:
    """Write down, as addresses that only hear of changes, those of `before` that are not on record any more."""
    there = set(Address.objects.filter(person=person, told_until=None).values_list("kind", "lowered"))
    Address.objects.filter(person=person, told_until__isnull=False, lowered__in=[low for _, low in there]).delete()
    told = [_told(address, now) for address in before if (address.kind, address.lowered) not in there]
    for address in told:
        address.save(force_insert=True)
    return told


def purge(now: datetime) -> int:
    """Remove the current tenant's addresses that have heard of changes for long enough; returns how many."""
    return Address.objects.filter(told_until__lt=now).delete()[0]


def addresses_like(identifier_key: str) -> QuerySet[Address]:
    """The address that finds somebody and reads like this user name."""
    return Address.objects.filter(kind=Address.EMAIL, lowered=identifier_key, finds_person=True)


def refuse_anothers_name(holders: QuerySet) -> None:
    """Nobody signs in by what finds somebody else: one person's user name is no other's address (CVE-2022-39229)."""
    if holders.exists():
        raise IntegrityError


@contextmanager
def refusing(reason: str, field: str, place: int = 0) -> Iterator[None]:
    """Turn the database's word that something is taken into a refusal that does not say by whom."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise PeopleRefused(reason, field, place) from None


def named(person: Person) -> str:
    """A person in the audit."""
    return f"person:{person.pk}"


def _told(address: Address, now: datetime) -> Address:
    return Address(
        person_id=address.person_id,
        kind=address.kind,
        phone_type=address.phone_type,
        raw=address.raw,
        key=address.key,
        lowered=address.lowered,
        finds_person=False,
        may_receive=address.may_receive,
        bounced_at=address.bounced_at,
        told_until=now + TOLD_FOR,
    )


def _put_on_record(address: Address, by: By) -> None:
    address.person = by.person
    address.set_by_person_at, address.set_by_operator_at = by.set_by_person_at, by.set_by_operator_at
    taken, field = ("address_taken", "email") if address.kind == Address.EMAIL else ("number_taken", "phones")
    with refusing(taken, field, getattr(address, "place", 0)):
        if address.finds_person:
            refuse_anothers_name(Person.objects.filter(identifier_key=address.lowered).exclude(pk=by.person.pk))
        address.save(force_insert=True)
        if address.finds_person:
            routes.establish(address)


def _sameness(address: Address) -> tuple:
    return address.raw, address.phone_type, address.finds_person
