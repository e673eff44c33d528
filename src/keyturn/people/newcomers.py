"""People who came by a PIN: on record, but not yet one of us, until they sign in with what was mailed to them.

    put_on_record ▶ PENDING ── activate: the first sign-in ──▶ ACTIVE
                       └────── remove: a day later, or by an operator ──▶ gone

A pending person's address takes mail and finds nobody, so it keeps nobody out, not even where it is their name, too.
Nothing else of them can be changed, and nothing but `activate` wakes them (CVE-2023-48220).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from keyturn.audit import events
from keyturn.people import changes, keeping, routes, wanted
from keyturn.people.addressing import By, addresses_like, named, refuse_anothers_name, refusing, replace
from keyturn.people.models import Address, Person

BY_PIN = "anonymous"  # in the audit: whoever had the PIN


@dataclass(frozen=True)
class Newcomer:
    """What somebody wishes to be called, and where we may write."""

    username: str
    email: str
    language: str = ""


@transaction.atomic
def put_on_record(wished: Newcomer, now: datetime) -> Person:
    """Put somebody on record who has proven nothing yet; raises PeopleRefused."""
    identifier, key = wanted.identifier(wished.username)
    person = Person(
        identifier=identifier,
        identifier_key=key,
        name=wanted.name(identifier[: wanted.LONGEST_NAME]),
        status=Person.PENDING,
        language=wanted.language(wished.language),
        created_at=now,
    )
    address = wanted.email(wished.email, is_main=True, finds_person=False)
    with refusing("identifier_taken", "identifier"):
        refuse_anothers_name(addresses_like(key))
        person.save(force_insert=True)
    replace(Address.objects.filter(person=person), [address], By(person, now, BY_PIN))
    events.record("person.enrolled", at=now, actor=BY_PIN, subject=named(person))
    keeping.step(person)
    return person


@transaction.atomic
def activate(person_id: UUID, now: datetime) -> Person | None:
    """Make a pending person active, whose address is verified and finds them from now on; None when not pending.

    Raises PeopleRefused when the address, or a user name like it, became somebody else's meanwhile.
    """
    waiting = Person.objects.filter(pk=person_id, status=Person.PENDING)
    if waiting.update(status=Person.ACTIVE, updated_at=now) != 1:
        return None
    person = Person.objects.get(pk=person_id)
    address = Address.objects.get(person=person, is_main=True)
    _make_way(address, now)
    address.finds_person, address.verified_at = True, now
    with refusing("address_taken", "email"):
        refuse_anothers_name(Person.objects.filter(identifier_key=address.lowered).exclude(pk=person.pk))
        address.save(update_fields=["finds_person", "verified_at"])
        routes.establish(address)
    events.record("person.activated", at=now, actor=named(person), subject=named(person))
    keeping.step(person)
    return person


@transaction.atomic
def remove(person_id: UUID, now: datetime, *, actor: str) -> bool:
    """Take a pending person off record; False when they are not pending any more."""
    waiting = Person.objects.select_for_update().filter(pk=person_id, status=Person.PENDING).first()
    if waiting is None:
        return False
    changes.delete(waiting, now, actor=actor)
    return True


def _make_way(proven: Address, now: datetime) -> None:
    """Whoever is called by this address and waits, too, goes: a wish weighs nothing against a proof."""
    for squatter in Person.objects.filter(identifier_key=proven.lowered).exclude(pk=proven.person_id):
        remove(squatter.pk, now, actor=named(proven.person))
