"""The numbers of the last days: counted by a worker duty while they can still change, and read from then on.

A day's requests are those that were asked for on it, in UTC. What is counted is bounded by what is asked in three
days; after that no ticket lives and nothing of the day changes any more.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from statistics import median

from django.db.models import Exists, OuterRef, Q

from keyturn.audit.models import Event
from keyturn.directories.models import TemporaryPassword
from keyturn.lib import clock
from keyturn.outbox.deliveries import begin_of
from keyturn.outbox.models import Message
from keyturn.recovery.core.facts import Method
from keyturn.recovery.models import DailyTally, Recovery, Ticket
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

SHOWN = 30  # days
_STILL_CHANGES = 3
_AT_ONCE = 500
_DAY = timedelta(days=1)
_COLUMNS = ["asked", "delivered", "completed", "median_seconds"]


def step() -> bool:
    """Count the last days of every tenant; there is never more to do at once."""
    now = clock.now()
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        with scope.inside(tenant_id):
            count(now)
    return False


def count(now: datetime) -> None:
    """Count the current tenant's days that can still change; the first time, every day that is shown."""
    shown = SHOWN if not DailyTally.objects.exists() else _STILL_CHANGES
    days = [now.date() - timedelta(days=back) for back in range(shown)]
    if not Recovery.objects.filter(created_at__gte=begin_of(days[-1])).exists():
        return
    known = {row.day: row for row in DailyTally.objects.filter(day__in=days)}
    rows = [row for day in days if (row := _grown(_counted(day), known.get(day))).asked]
    DailyTally.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["tenant", "day"], update_fields=_COLUMNS
    )


def last_days(today: date, days: int = SHOWN) -> list[DailyTally]:
    """One row a day, oldest first; a day on which nobody asked has nothing but zeros. One statement."""
    begun = today - timedelta(days=days - 1)
    known = {row.day: row for row in DailyTally.objects.filter(day__gte=begun, day__lte=today)}
    wanted = [begun + timedelta(days=number) for number in range(days)]
    return [known.get(day) or DailyTally(day=day) for day in wanted]


def _counted(day: date) -> DailyTally:
    begun = begin_of(day)
    of_day = Recovery.objects.filter(created_at__gte=begun, created_at__lt=begun + _DAY)
    completed = of_day.filter(state=Recovery.COMPLETED)
    seconds = sorted(_seconds_to_signed_in(completed))
    return DailyTally(
        day=day,
        asked=of_day.count(),
        delivered=of_day.filter(_was_taken_over()).count(),
        completed=completed.count(),
        median_seconds=round(median(seconds)) if seconds else None,
    )


def _grown(counted: DailyTally, known: DailyTally | None) -> DailyTally:
    """A day never shrinks: what retention or forgetting removed was asked all the same."""
    if known is None:
        return counted
    if counted.completed < known.completed:
        counted.median_seconds = known.median_seconds
    for column in ("asked", "delivered", "completed"):
        setattr(counted, column, max(getattr(counted, column), getattr(known, column)))
    return counted


def _was_taken_over() -> Q:
    """A mail server took at least one of the messages that carried it."""
    taken = Message.objects.filter(pk=OuterRef("message_id"), state__in=(Message.SENT, Message.DELIVERED))
    by_link = Ticket.objects.filter(Exists(taken), recovery_id=OuterRef("pk"))
    by_password = TemporaryPassword.objects.filter(Exists(taken), recovery_id=OuterRef("pk"))
    return Q(Exists(by_link)) | Q(Exists(by_password))


def _seconds_to_signed_in(completed: Iterable[Recovery]) -> Iterator[float]:
    """From asking to the first sign-in after it, of those who signed in within the day."""
    columns = ("person_id", "method", "created_at", "ended_at")
    rows = completed.exclude(person=None).values_list(*columns).iterator(_AT_ONCE)
    while some := list(islice(rows, _AT_ONCE)):
        signed_in = _signed_in({person_id for person_id, *_ in some}, min(row[2] for row in some))
        for person_id, method, asked_at, ended_at in some:
            begun = ended_at if method == Method.LINK else asked_at  # a temporary password ends with its sign-in
            after = [at for at in signed_in.get(f"person:{person_id}", ()) if begun <= at <= asked_at + _DAY]
            if after:
                yield (min(after) - asked_at).total_seconds()


def _signed_in(person_ids: Iterable, since: datetime) -> dict[str, list[datetime]]:
    subjects = [f"person:{person_id}" for person_id in person_ids]
    # Filled up to one of few lengths: drivers keep what they prepared, and a statement of every length is megabytes.
    length = next(length for length in (10, 100, _AT_ONCE) if len(subjects) <= length)
    subjects += [f"nobody:{number}" for number in range(len(subjects), length)]
    opened = Event.objects.filter(subject__in=subjects, action="session.opened")
    found: dict[str, list[datetime]] = {}
    for subject, at in opened.filter(at__gte=since, at__lte=since + 2 * _DAY).values_list("subject", "at"):
        found.setdefault(subject, []).append(at)
    return found
