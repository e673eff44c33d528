"""One request by its reference, from end to end: what was claimed, whom it found, what each rule said, what was sent,
what the provider answered, and what was done with it. For operators; holds nothing that opens anything.

Inside a tenant. A handful of statements, however much happened.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q

from keyturn.audit.models import Event
from keyturn.directories.models import TemporaryPassword
from keyturn.outbox import deliveries
from keyturn.outbox.models import Attempt, Message
from keyturn.recovery.models import Intake, Recovery, Ticket
from keyturn.tenants import scope

_A_LITTLE = timedelta(minutes=1)  # notices and sign-ins follow at once
_DAY = timedelta(days=1)
_SHOWN = 50


@dataclass(frozen=True)
class Sent:
    """One message of the story. `carries` is whether the way back in was in it; otherwise it is a notice."""

    message: Message
    carries: bool
    attempts: list[Attempt]


@dataclass(frozen=True)
class Story:
    """A request, and all that followed. `given_up` is one that killed its workers: nothing was decided."""

    reference: str
    asked_at: datetime
    intake: Intake | None = None
    recovery: Recovery | None = None
    rules: list[tuple[str, str]] = field(default_factory=list)
    rights: list[Ticket | TemporaryPassword] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        """Whether the worker has not looked at it yet."""
        return self.recovery is None and self.intake is not None and self.intake.resolved_at is None

    @property
    def given_up(self) -> bool:
        """Whether the worker could not decide it."""
        return self.recovery is None and not self.waits


def exists(reference: str) -> bool:
    """Whether the current tenant has a request of this reference."""
    waiting = Intake.objects.filter(reference=reference, tenant_id=scope.current_id())
    return Recovery.objects.filter(reference=reference).exists() or waiting.exists()


def of(reference: str) -> Story | None:
    """The story of a reference in the current tenant; None where there is none."""
    intake = Intake.objects.filter(reference=reference).first()
    recovery = Recovery.objects.select_related("person", "account").filter(reference=reference).first()
    if recovery:
        return _whole(recovery, intake)
    if intake is None or intake.tenant_id != scope.current_id():
        return None
    return Story(reference, intake.created_at, intake)


def _whole(recovery: Recovery, intake: Intake | None) -> Story:
    tickets = list(Ticket.objects.filter(recovery=recovery).order_by("created_at")[:_SHOWN])
    passwords = list(TemporaryPassword.objects.filter(recovery_id=recovery.pk).order_by("created_at")[:_SHOWN])
    rights = [*tickets, *passwords]
    return Story(
        recovery.reference,
        intake.created_at if intake else recovery.created_at,
        intake,
        recovery,
        [tuple(rule) for rule in recovery.rules],
        rights,
        _sent(recovery, {right.message_id for right in rights}),
        _events(recovery),
    )


def _sent(recovery: Recovery, carrying: set) -> list[Sent]:
    """What carried it, and what else was written to the person meanwhile."""
    meanwhile = Q(person_id=recovery.person_id, created_at__range=_while(recovery)) if recovery.person_id else Q()
    wanted = Q(pk__in=carrying) | meanwhile if meanwhile else Q(pk__in=carrying)
    rows = list(
        Message.objects.filter(wanted).select_related("person", "address").order_by("created_at", "pk")[:_SHOWN]
    )
    tries = deliveries.attempts(row.pk for row in rows)
    return [Sent(row, row.pk in carrying, tries[row.pk]) for row in rows]


def _events(recovery: Recovery) -> list[Event]:
    if not recovery.person_id:
        return []
    theirs = Event.objects.filter(subject=f"person:{recovery.person_id}", at__range=_while(recovery))
    return list(theirs.order_by("at", "pk")[:_SHOWN])


def _while(recovery: Recovery) -> tuple[datetime, datetime]:
    """From asking to a little after the end; while it has none, a day, in which every right ends by itself."""
    end = recovery.ended_at + _A_LITTLE if recovery.ended_at else recovery.created_at + _DAY
    return recovery.created_at, end
