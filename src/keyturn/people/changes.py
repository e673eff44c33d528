"""Every change to a person and to where we may write. Keeps the routing table in step and audits.

All of it raises PeopleRefused and then has changed nothing. Two who want one number at the same moment are told
apart by the database's constraints: exactly one gets it. Addresses that change become new rows, so that a
message on its way to the old one finds no address rather than the new one.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from keyturn.audit import events
from keyturn.people import routes, wanted
from keyturn.people.models import Address, Person
from keyturn.people.wanted import NewPerson, NewPhone, PeopleRefused

__all__ = [
    "NewPerson",
    "NewPhone",
    "PeopleRefused",
    "create",
    "delete",
    "remember_bounce",
    "set_email",
    "set_other_addresses",
    "set_phones",
    "set_status",
    "update",
]

OWNER = "owner"  # who changes people from the command line
_DETAILS = {
    "name": wanted.name,
    "language": wanted.language,
    "allow_mobile_password_reset": bool,
    "cell_provider_id": lambda provider_id: provider_id,
}


@transaction.atomic
def create(new: NewPerson, now: datetime, *, actor: str = OWNER) -> Person:
    """Put a person on record with all addresses."""
    identifier, identifier_key = wanted.identifier(new.identifier)
    person = Person(
        identifier=identifier,
        identifier_key=identifier_key,
        name=wanted.name(new.name),
        status=wanted.status(new.status),
        language=wanted.language(new.language),
        allow_mobile_password_reset=new.allow_mobile_password_reset,
        cell_provider_id=new.cell_provider_id,
        created_at=now,
    )
    with _refusing("identifier_taken", "identifier"):
        _refuse_anothers_name(Address.objects.filter(kind=Address.EMAIL, lowered=identifier_key, finds_person=True))
        person.save(force_insert=True)
    events.record("person.created", at=now, actor=actor, subject=_named(person))
    set_email(person, new.email, now, actor=actor)
    set_other_addresses(person, new.other_addresses, now, actor=actor)
    set_phones(person, new.phones, now, actor=actor)
    return person


@transaction.atomic
def update(person: Person, now: datetime, *, actor: str = OWNER, **details: Any) -> None:
    """Change `name`, `language`, `allow_mobile_password_reset`, `cell_provider_id`; the rest stays."""
    changed = []
    for field, value in details.items():
        value = _DETAILS[field](value)
        if getattr(person, field) != value:
            setattr(person, field, value)
            changed.append(field)
    if changed:
        person.save(update_fields=changed)
        events.record("person.updated", at=now, actor=actor, subject=_named(person), fields=sorted(changed))


@transaction.atomic
def set_status(person: Person, status: str, now: datetime, *, actor: str = OWNER) -> None:
    """Make somebody active or inactive. What an inactive person had stays theirs; see people.routes."""
    wanted.status(status)
    if Person.objects.filter(pk=person.pk).exclude(status=status).update(status=status):
        events.record(
            "person.activated" if status == Person.ACTIVE else "person.deactivated",
            at=now,
            actor=actor,
            subject=_named(person),
        )
    person.status = status


@transaction.atomic
def delete(person: Person, now: datetime, *, actor: str = OWNER) -> None:
    """Take a person off record; numbers and emails are free again."""
    routes.withdraw(list(Address.objects.filter(person=person)))
    events.record("person.deleted", at=now, actor=actor, subject=_named(person))
    person.delete()


@transaction.atomic
def set_email(person: Person, raw: str, now: datetime, *, actor: str = OWNER) -> None:
    """Set the main email, which recovery writes to; empty: none."""
    wished = [wanted.email(raw, is_main=True)] if raw else []
    if changed := _replace(Address.objects.filter(person=person, is_main=True), wished, _By(person, now, actor)):
        events.record("address.changed", at=now, actor=actor, subject=_named(person), **changed)


@transaction.atomic
def set_other_addresses(person: Person, raws: Iterable[str], now: datetime, *, actor: str = OWNER) -> None:
    """Set the addresses that only hear of changes and find nobody."""
    others = Address.objects.filter(person=person, kind=Address.EMAIL, is_main=False)
    if changed := _replace(others, wanted.emails_to_notify(raws), _By(person, now, actor)):
        events.record("other_addresses.changed", at=now, actor=actor, subject=_named(person), **changed)


@transaction.atomic
def set_phones(person: Person, phones: Iterable[NewPhone], now: datetime, *, actor: str = OWNER) -> None:
    """Set all phone numbers."""
    kept = Address.objects.filter(person=person, kind=Address.PHONE)
    if changed := _replace(kept, wanted.numbers(phones), _By(person, now, actor)):
        events.record("phones.changed", at=now, actor=actor, subject=_named(person), **changed)


def remember_bounce(address_id: UUID | None, now: datetime) -> None:
    """A message to this address came back; recovery writes there no more until the address is changed."""
    Address.objects.filter(pk=address_id).update(bounced_at=now)


@dataclass(frozen=True)
class _By:
    """Whose addresses change, when, and by whom."""

    person: Person
    now: datetime
    actor: str

    @property
    def set_by_person_at(self) -> datetime | None:
        """When the person set it; then it is fresh, and not used for recovery for a while."""
        return self.now if self.actor == _named(self.person) else None


def _replace(kept: QuerySet[Address], wished: list[Address], by: _By) -> dict[str, int]:
    """Bring the rows to what is wished for and count; equal ones stay, with what was learned about them."""
    before = {_sameness(address): address for address in kept}
    after = {_sameness(address): address for address in wished}
    gone = [address for sameness, address in before.items() if sameness not in after]
    new = [address for sameness, address in after.items() if sameness not in before]
    if gone:
        routes.withdraw(gone)
        Address.objects.filter(pk__in=[address.pk for address in gone]).delete()
    for address in new:
        _put_on_record(address, by)
    return {"added": len(new), "removed": len(gone)} if gone or new else {}


def _put_on_record(address: Address, by: _By) -> None:
    address.person = by.person
    address.set_by_person_at = by.set_by_person_at
    taken, field = ("address_taken", "email") if address.kind == Address.EMAIL else ("number_taken", "phones")
    with _refusing(taken, field):
        if address.finds_person:
            _refuse_anothers_name(Person.objects.filter(identifier_key=address.lowered).exclude(pk=by.person.pk))
        address.save(force_insert=True)
        if address.finds_person:
            routes.establish(address)


def _refuse_anothers_name(holders: QuerySet) -> None:
    """Nobody signs in by what finds somebody else: one person's user name is no other's address (CVE-2022-39229)."""
    if holders.exists():
        raise IntegrityError


def _sameness(address: Address) -> tuple:
    return address.raw, address.phone_type, address.finds_person


@contextmanager
def _refusing(reason: str, field: str) -> Iterator[None]:
    """Turn the database's word that something is taken into a refusal that does not say by whom."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise PeopleRefused(reason, field) from None


def _named(person: Person) -> str:
    return f"person:{person.pk}"
