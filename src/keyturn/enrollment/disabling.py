"""*Disable all created with this PIN* (M2.13): the PIN ends first, then everybody who came by it, some at a time.

Ending it is what makes the rest exact: a sign-up takes its use in the transaction that makes the person, so after the
end has been committed nobody more comes, and whoever came before is seen. With `and_theirs` the same goes for the
PINs of those people, whose owners are inactive by then.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from keyturn.access import sessions
from keyturn.audit import events
from keyturn.directories import accounts, pending
from keyturn.enrollment import pins, ranking, unfinished
from keyturn.enrollment.models import MadeByPin, Pin
from keyturn.enrollment.pins import Ended
from keyturn.outbox import posting
from keyturn.people import changes
from keyturn.people.models import Person
from keyturn.people.rights import holding

BATCH = 50


@dataclass
class Disabled:
    """What came of it: people made inactive, pending ones removed, sessions ended, and people whom the operator may
    not touch."""

    people: int = 0
    removed: int = 0
    sessions: int = 0
    outranked: int = 0


def disable_all(  # noqa: PLR0913 -- who, what, when and why are said by name
    pin: Pin, now: datetime, *, actor: str, reason: str, and_theirs: bool = False
) -> Disabled:
    """Deactivate everybody who came by this PIN and end their sessions; doing it again does the rest."""
    done, waiting, seen = Disabled(), [pin.pk], set[UUID]()
    while waiting:
        pin_id = waiting.pop()
        seen.add(pin_id)
        _end(pin_id, now, actor)
        people = _people(pin_id)
        for first in range(0, len(people), BATCH):
            _disable(people[first : first + BATCH], now, actor, done)
        if and_theirs:
            disabled = Pin.objects.filter(owner_id__in=people, owner__status=Person.INACTIVE)
            waiting.extend(set(disabled.values_list("pk", flat=True)) - seen)
    told = {"pin": str(pin.pk), "people": done.people, "removed": done.removed, "and_theirs": and_theirs}
    subject = f"person:{pin.owner_id}"
    events.record("made_by_pin.disabled", at=now, actor=actor, subject=subject, reason=reason, **told)
    return done


def _end(pin_id: UUID, now: datetime, actor: str) -> None:
    for pin in Pin.objects.select_related("owner").filter(pk=pin_id):
        with transaction.atomic():
            holding.lock(pin.owner)
            pins.end(pin, Ended.REVOKED, now, actor=actor)


def _people(pin_id: UUID) -> list[UUID]:
    """Everybody who came by it, in the order in which all who lock several people do so."""
    return list(MadeByPin.objects.filter(pin_id=pin_id).order_by("person_id").values_list("person_id", flat=True))


@transaction.atomic
def _disable(people: list[UUID], now: datetime, actor: str, done: Disabled) -> None:
    for person in Person.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk"):
        if ranking.is_outranked(person, actor):
            done.outranked += 1
        elif person.status == Person.PENDING:
            done.removed += unfinished.remove(person.pk, unfinished.REMOVED, now, actor=actor)
        elif person.status == Person.ACTIVE:
            _deactivate(person, now, actor, done)


def _deactivate(person: Person, now: datetime, actor: str, done: Disabled) -> None:
    changes.set_status(person, Person.INACTIVE, now, actor=actor)
    done.people += 1
    if account := accounts.of(person):
        done.sessions += sessions.end_all(account, now)
        posting.call_back(pending.cancel(account, now, "disabled"), now)
    for pin in Pin.objects.filter(owner=person, ended_at=None):
        pins.end(pin, Ended.OWNER_INACTIVE, now, actor=actor)
