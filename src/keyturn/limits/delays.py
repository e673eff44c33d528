"""Delays that grow with consecutive failures and hold with any number of processes.

    until = count(BY_NAME, tenant, name, now=now)     None: go on and compare.   A moment: not before then.

A try is counted as a failure before anything is compared, and forgotten when it was none. The guard stands in the
statement, so of a hundred simultaneous guesses as many are compared as the schedule has free tries left.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection

from keyturn.lib import digest
from keyturn.limits.models import Delay

KEPT_FOR = timedelta(days=30)  # failures that nobody added to for so long are forgotten
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Schedule:
    """How long one must wait after the first, second, … failure in a row; the last pause is for all that follow.

    After `closes_at` failures nothing is compared any more until the row is cleared or forgiven.
    """

    name: str
    pauses: tuple[timedelta, ...]
    closes_at: int | None = None

    def key(self, *whom: str) -> str:
        """The row that counts this for whom; a keyed digest that names nobody."""
        return digest.keyed("delay", self.name, *whom)

    def pause(self, failures: int) -> timedelta:
        """How long to wait after so many failures in a row."""
        return self.pauses[min(failures, len(self.pauses)) - 1]

    def is_closed(self, failures: int) -> bool:
        """Whether waiting does not help any more."""
        return self.closes_at is not None and failures >= self.closes_at


def count(schedule: Schedule, *whom: str, now: datetime, forgiven_at: datetime | None = None) -> datetime | None:
    """Count one try; None when it may go on, otherwise the moment before which nothing is compared.

    Failures counted until `forgiven_at` (the last change of the password) weigh nothing any more.
    """
    key, forgiven = schedule.key(*whom), forgiven_at or _NEVER
    values = _values(schedule, key=key, now=now, forgiven=forgiven)
    while not _is_counted(schedule, values):
        # no row: the owner came in at this very moment and it was cleared, so the try is the first one
        if row := Delay.objects.filter(key=key).values_list("failures", "counted_at").first():
            failures, counted_at = row
            since = now if schedule.is_closed(failures) else counted_at
            return max(now, since + schedule.pause(failures))
    return None


def clear(schedule: Schedule, *whom: str) -> None:
    """Forget the failures, after a success that proves it was the owner."""
    with connection.cursor() as cursor:  # at every sign-in; the same by the ORM costs three times as much
        cursor.execute("DELETE FROM limits_delay WHERE key = %s", [schedule.key(*whom)])


def purge(now: datetime, *, closes_at: int) -> int:
    """Remove what nobody added to for a long time; what closed after so many failures stays. Returns how many."""
    return Delay.objects.filter(counted_at__lte=now - KEPT_FOR, failures__lt=closes_at).delete()[0]


def _is_counted(schedule: Schedule, values: list) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_statement(schedule), values)
        return cursor.fetchone() is not None


def _statement(schedule: Schedule) -> str:
    """The guarded upsert: the last try must lie as far back as its number asks for."""
    ladder = " ".join(f"WHEN {number} THEN %s" for number in range(1, len(schedule.pauses)))
    return f"""
        INSERT INTO limits_delay AS delay (key, failures, counted_at) VALUES (%s, 1, %s)
        ON CONFLICT (key) DO UPDATE SET
            failures = CASE WHEN delay.counted_at <= %s THEN 1 ELSE delay.failures + 1 END,
            counted_at = excluded.counted_at
        WHERE delay.counted_at <= %s
           OR (delay.failures < %s AND delay.counted_at <= CASE delay.failures {ladder} ELSE %s END)
        RETURNING failures"""  # noqa: S608 -- only numbers of our own are put in


def _values(schedule: Schedule, *, key: str, now: datetime, forgiven: datetime) -> list:
    at = connection.ops.adapt_datetimefield_value
    closes_at = schedule.closes_at or 2**31 - 1
    ladder = [at(now - pause) for pause in schedule.pauses]
    return [key, at(now), at(forgiven), at(forgiven), closes_at, *ladder]
