"""Putting people on record and changing what is on record, as staff do it: with the login and the notices.

Whoever is changed hears of it where messages went before: every address on record until then is told, also those
that were taken off (ASVS 7.5.1). Raises PeopleRefused and then has changed nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from keyturn.directories import accounts
from keyturn.outbox import posting, purposes
from keyturn.people import addressing, changes, queries
from keyturn.people.changes import NewPerson, NewPhone
from keyturn.people.models import Address, Person


@dataclass(frozen=True)
class By:
    """Who changes something, as the audit names them, and when."""

    actor: str
    now: datetime


@dataclass(frozen=True)
class General:
    """What the form *General* says of a person. `needs_second_operator` is None where nobody was asked."""

    identifier: str
    name: str
    status: str
    language: str = ""
    email: str = ""
    other_addresses: tuple[str, ...] = ()
    phones: tuple[NewPhone, ...] = ()
    needs_second_operator: bool | None = None


@transaction.atomic
def create(new: NewPerson, by: By) -> Person:
    """Put somebody on record with a login of the same name; the first password mail is due (M3.8)."""
    person = changes.create(new, by.now, actor=by.actor)
    accounts.open(person, person.identifier, by.now)
    Person.objects.filter(pk=person.pk).update(first_mail_due=True)
    person.first_mail_due = True
    return person


@transaction.atomic
def change(person: Person, wished: General, version: int, by: By) -> bool:
    """Make a person what the form says; False, and nothing done, when the form showed an older version."""
    if not changes.seize(person, version, by.now):
        return False
    with telling(person, by.now):
        marked = (
            {} if wished.needs_second_operator is None else {"needs_second_operator": wished.needs_second_operator}
        )
        changes.update(person, by.now, actor=by.actor, name=wished.name, language=wished.language, **marked)
        rename(person, wished.identifier, by)
        changes.set_status(person, wished.status, by.now, actor=by.actor)
        changes.set_email(person, wished.email, by.now, actor=by.actor)
        changes.set_other_addresses(person, wished.other_addresses, by.now, actor=by.actor)
        changes.set_phones(person, wished.phones, by.now, actor=by.actor)
    return True


@transaction.atomic
def change_mobile(person: Person, version: int, by: By, **wished: Any) -> bool:
    """Set the switch and the cell provider of the tab *Mobile user*; False as in `change`."""
    if not changes.seize(person, version, by.now):
        return False
    changes.update(person, by.now, actor=by.actor, **wished)
    return True


def rename(person: Person, identifier: str, by: By) -> None:
    """Change what a person is found by, and signs in with (M4.8)."""
    if changes.rename(person, identifier, by.now, actor=by.actor):
        accounts.rename(person, by.now, actor=by.actor)


@contextmanager
def telling(person: Person, now: datetime) -> Iterator[None]:
    """Tell the addresses that are on record now, if what is done within changes where messages go."""
    before = list(Address.objects.filter(person=person, told_until=None))
    yield
    told = addressing.keep_told(person, before, now)
    after = {_place(address): address for address in Address.objects.filter(person=person, told_until=None)}
    places = {_place(address) for address in before}
    if places == after.keys():
        return
    kept = [address for place, address in after.items() if place in places]
    posting.post_notice(purposes.ADDRESS_CHANGED, queries.reachable(told + kept), person=person, now=now)


def _place(address: Address) -> tuple[str, str]:
    return address.kind, address.lowered
