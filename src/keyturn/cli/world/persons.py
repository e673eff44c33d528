"""The people of one tenant into rows; inside the load's transaction and the tenant's room."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from keyturn.cli.world import granting, mailboxes
from keyturn.cli.world.complaints import Complaint, WorldRefused
from keyturn.cli.world.plans import PersonPlan, TenantPlan
from keyturn.directories import accounts
from keyturn.directories.base import NewPassword
from keyturn.outbox.models import CellProvider
from keyturn.people import changes
from keyturn.people.changes import NewPerson, PeopleRefused
from keyturn.people.models import Person
from keyturn.people.rights import catalogue

SENTENCES = {
    "number_taken": "finds somebody else already; a number that finds a person is unique in the installation",
    "address_taken": "finds somebody else of this tenant already",
    "identifier_taken": "is somebody else's already",
    "repeated": "stands here twice",
}


@dataclass(frozen=True)
class Means:
    """What loading people takes besides the plans. `prepared` has first passwords by place."""

    prepared: dict[Any, NewPassword]
    now: datetime
    advance: Callable[[], None]


def load(plan: TenantPlan, means: Means) -> int:
    """Create or update everybody; returns how many were created. Raises WorldRefused.

    Somebody whose number is still another's is tried again at the end, when that other may have let go of it.
    """
    providers = dict(CellProvider.objects.values_list("name", "pk"))
    there = {person.identifier_key: person for person in Person.objects.all()}
    known = catalogue.read()
    for one in plan.people:
        _refuse_unknown_provider(one, providers)
        granting.refuse_unknown(one, known)
    waiting = [one for one in plan.people if not _saved(one, there, providers, means)]
    for one in waiting:
        try:
            _save(one, there.get(one.identifier_key), providers, means)
        except PeopleRefused as refused:
            raise WorldRefused(_complaint(one, refused)) from None
    return sum(one.identifier_key not in there for one in plan.people)


def _saved(one: PersonPlan, there: dict[str, Person], providers: dict[str, UUID], means: Means) -> bool:
    means.advance()
    try:
        _save(one, there.get(one.identifier_key), providers, means)
    except PeopleRefused:
        return False
    return True


def _save(one: PersonPlan, person: Person | None, providers: dict[str, UUID], means: Means) -> None:
    if person is None:
        person = _create(one, providers, means)
    else:
        _update(one, person, providers, means.now)
    granting.grant(one, person, means.now)
    mailboxes.put(one.mailboxes, person, means.now)


def _create(one: PersonPlan, providers: dict[str, UUID], means: Means) -> Person:
    person = changes.create(
        NewPerson(
            identifier=one.identifier,
            name=one.name,
            email=one.email,
            other_addresses=one.other_addresses,
            phones=one.phones,
            status=one.status,
            language=one.language,
            allow_mobile_password_reset=one.allow_mobile_password_reset,
            cell_provider_id=providers.get(one.cell_provider),
        ),
        means.now,
    )
    account = accounts.open(person, person.identifier, means.now)
    if new := means.prepared.get(one.place):
        accounts.keep_first(account, new, means.now)
    return person


def _update(one: PersonPlan, person: Person, providers: dict[str, UUID], now: datetime) -> None:
    details = {name: getattr(one, name) for name in ("name", "language", "allow_mobile_password_reset")}
    details["cell_provider_id"] = providers.get(one.cell_provider)
    said = one.said | ({"cell_provider_id"} if "cell_provider" in one.said else set())
    changes.update(person, now, **{name: value for name, value in details.items() if name in said})
    if "status" in said:
        changes.set_status(person, one.status, now)
    if "email" in said:
        changes.set_email(person, one.email, now)
    if "other_addresses" in said:
        changes.set_other_addresses(person, one.other_addresses, now)
    if "phones" in said:
        changes.set_phones(person, one.phones, now)


def _refuse_unknown_provider(one: PersonPlan, providers: dict[str, UUID]) -> None:
    if one.cell_provider and one.cell_provider not in providers:
        message = f"there is no cell provider {one.cell_provider!r} in this tenant"
        raise WorldRefused(Complaint(one.place.line, f"{one.place.path}.cell_provider", message))


def _complaint(one: PersonPlan, refused: PeopleRefused) -> Complaint:
    sentence = SENTENCES.get(refused.reason, f"cannot be taken: {refused.reason}")
    return Complaint(one.place.line, f"{one.place.path}.{refused.field}", sentence)
