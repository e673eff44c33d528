"""Every change to a person and to where we may write. Keeps the routing table and the search in step, and audits.

All of it raises PeopleRefused and then has changed nothing.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from keyturn.audit import events
from keyturn.people import keeping, routes, wanted
from keyturn.people.addressing import By, addresses_like, named, refuse_anothers_name, refusing, replace
from keyturn.people.models import Address, Person
from keyturn.people.wanted import NewPerson, NewPhone, PeopleRefused

__all__ = [
    "NewPerson",
    "NewPhone",
    "PeopleRefused",
    "create",
    "delete",
    "forget_bounce",
    "remember_bounce",
    "rename",
    "seize",
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
    "needs_second_operator": bool,
}


def refuse_pending(person: Person) -> None:
    """Raise PeopleRefused for somebody who came by a PIN and has not signed in: nobody but they can go on."""
    if person.status == Person.PENDING:  # as it was read: nobody ever becomes it
        raise PeopleRefused("not_signed_in", "status")


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
    with refusing("identifier_taken", "identifier"):
        refuse_anothers_name(addresses_like(identifier_key))
        person.save(force_insert=True)
    by = By(person, now, actor)
    events.record("person.created", at=now, actor=actor, subject=named(person))
    _set_email(new.email, by)
    _set_other_addresses(new.other_addresses, by)
    _set_phones(new.phones, by)
    keeping.step(person)
    return person


def seize(person: Person, version: int, now: datetime) -> bool:
    """Take a person for changes that were wished for in sight of this version; False when there is a newer one.

    Inside the transaction of those changes: whoever comes second waits, and is told.
    """
    seen = Person.objects.filter(pk=person.pk, version=version)
    return seen.update(version=F("version") + 1, updated_at=now) == 1


@transaction.atomic
def update(person: Person, now: datetime, *, actor: str = OWNER, **details: Any) -> None:
    """Change details, which are the names in `_DETAILS`; the rest stays."""
    refuse_pending(person)
    changed = []
    for field, value in details.items():
        value = _DETAILS[field](value)
        if getattr(person, field) != value:
            setattr(person, field, value)
            changed.append(field)
    if changed:
        person.save(update_fields=changed)
        _record("person.updated", By(person, now, actor), fields=sorted(changed))


@transaction.atomic
def rename(person: Person, raw: str, now: datetime, *, actor: str = OWNER) -> bool:
    """Change what a person is found by; False when it is as it was. The login follows in directories.accounts."""
    identifier, key = wanted.identifier(raw)
    if identifier == person.identifier:
        return False
    refuse_pending(person)
    with refusing("identifier_taken", "identifier"):
        refuse_anothers_name(addresses_like(key).exclude(person=person))
        Person.objects.filter(pk=person.pk).update(identifier=identifier, identifier_key=key)
    person.identifier, person.identifier_key = identifier, key
    _record("person.renamed", By(person, now, actor))
    return True


@transaction.atomic
def set_status(person: Person, status: str, now: datetime, *, actor: str = OWNER) -> None:
    """Make somebody active or inactive. What an inactive person had stays theirs (people.routes), but for a PIN.

    A PIN that its owner had at this moment is dead for ever, whatever becomes of the owner (enrollment.pins).
    """
    wanted.status(status)
    refuse_pending(person)
    others = Person.objects.filter(pk=person.pk).exclude(status__in=(status, Person.PENDING))
    kept = {} if status == Person.ACTIVE else {"has_pin": False}
    is_changed = others.update(status=status, **kept)
    person.status = status
    if is_changed:
        _record("person.activated" if status == Person.ACTIVE else "person.deactivated", By(person, now, actor))


@transaction.atomic
def delete(person: Person, now: datetime, *, actor: str = OWNER) -> None:
    """Take a person off record; numbers and emails are free again."""
    routes.withdraw(list(Address.objects.filter(person=person)))
    events.record("person.deleted", at=now, actor=actor, subject=named(person))
    person.delete()


@transaction.atomic
def set_email(person: Person, raw: str, now: datetime, *, actor: str = OWNER) -> None:
    """Set the main email, which recovery writes to; empty: none."""
    refuse_pending(person)
    by = By(person, now, actor)
    if _set_email(raw, by):
        _keep_step(by)


@transaction.atomic
def set_other_addresses(person: Person, raws: Iterable[str], now: datetime, *, actor: str = OWNER) -> None:
    """Set the addresses that only hear of changes and find nobody."""
    refuse_pending(person)
    by = By(person, now, actor)
    if _set_other_addresses(raws, by):
        _keep_step(by)


@transaction.atomic
def set_phones(person: Person, phones: Iterable[NewPhone], now: datetime, *, actor: str = OWNER) -> None:
    """Set all phone numbers."""
    refuse_pending(person)
    by = By(person, now, actor)
    if _set_phones(phones, by):
        _keep_step(by)


@transaction.atomic
def remember_bounce(address_id: UUID | None, now: datetime) -> None:
    """A message to this address came back; recovery writes there no more until the address is changed."""
    for address in Address.objects.filter(pk=address_id).select_related("person"):
        Address.objects.filter(pk=address.pk).update(bounced_at=now)
        keeping.step(address.person)


@transaction.atomic
def forget_bounce(person: Person, now: datetime, *, actor: str = OWNER) -> bool:
    """Somebody found out that the main email works again; False when it was not said to bounce."""
    bounced = Address.objects.filter(person=person, is_main=True, bounced_at__isnull=False)
    if not bounced.update(bounced_at=None):
        return False
    _record("address.restored", By(person, now, actor))
    return True


def _set_email(raw: str, by: By) -> dict[str, int]:
    wished = [wanted.email(raw, is_main=True)] if raw else []
    changed = replace(Address.objects.filter(person=by.person, is_main=True), wished, by)
    return _recorded("address.changed", changed, by)


def _set_other_addresses(raws: Iterable[str], by: By) -> dict[str, int]:
    others = Address.objects.filter(person=by.person, kind=Address.EMAIL, is_main=False)
    return _recorded("other_addresses.changed", replace(others, wanted.emails_to_notify(raws), by), by)


def _set_phones(phones: Iterable[NewPhone], by: By) -> dict[str, int]:
    kept = Address.objects.filter(person=by.person, kind=Address.PHONE)
    return _recorded("phones.changed", replace(kept, wanted.numbers(phones), by), by)


def _recorded(action: str, changed: dict[str, int], by: By) -> dict[str, int]:
    if changed:
        events.record(action, at=by.now, actor=by.actor, subject=named(by.person), **changed)
    return changed


def _record(action: str, by: By, **details: Any) -> None:
    events.record(action, at=by.now, actor=by.actor, subject=named(by.person), **details)
    _keep_step(by)


def _keep_step(by: By) -> None:
    """Whoever has the person on a form is told that there is a newer version."""
    Person.objects.filter(pk=by.person.pk).update(version=F("version") + 1, updated_at=by.now)
    keeping.step(by.person)
