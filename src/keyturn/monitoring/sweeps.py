"""How far the checking of a tenant's mailboxes has come, whatever their number: minutes are read, and no mailboxes.

count(verdicts, now)     in the transaction that writes the checks down
progress(now)            over the last interval, for the console
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Sum

from keyturn.monitoring.core.verdict import Verdict
from keyturn.monitoring.models import Mailbox, SweepMinute
from keyturn.tenants import finding, scope

COUNTED_TO = 10_000  # beyond that a number helps nobody, and counting costs
KEPT = timedelta(days=2)  # longer than the longest interval
_REFUSED, _UNREACHABLE = {Verdict.REJECTED, Verdict.UNCLEAR}, {Verdict.UNREACHABLE}
_LATELY = timedelta(minutes=3)
_COUNTS = ("done", "refused", "unreachable")


@dataclass(frozen=True)
class Progress:
    """The checks of the last interval, of so many minutes; how many mailboxes wait for theirs, COUNTED_TO when there
    are as many or more; and how many were done in the last three minutes."""

    done: int
    refused: int
    unreachable: int
    minutes: int
    overdue: int
    lately: int

    @property
    def per_second(self) -> float:
        """Checks in a second, over the interval."""
        return round(self.done / (self.minutes * 60), 1)

    @property
    def minutes_left(self) -> int:
        """Until those that wait are checked, at the speed of the last minutes; 0 where nobody can tell."""
        if self.is_more or not self.lately:
            return 0
        return round(self.overdue / self.lately * (_LATELY / timedelta(minutes=1)))

    @property
    def is_more(self) -> bool:
        """Whether more wait than were counted."""
        return self.overdue >= COUNTED_TO


def count(verdicts: Collection[Verdict], now: datetime) -> None:
    """Add checks to the minute; the last statement of a transaction, because two workers add to one row."""
    if not verdicts:
        return
    refused, unreachable = (sum(one in kind for one in verdicts) for kind in (_REFUSED, _UNREACHABLE))
    more = {"done": len(verdicts), "refused": refused, "unreachable": unreachable}
    minute = now.replace(second=0, microsecond=0)
    if _added(minute, more):
        return
    try:
        with transaction.atomic():
            SweepMinute.objects.create(minute=minute, **more)
    except IntegrityError:  # the other worker made it
        _added(minute, more)


def progress(now: datetime) -> Progress:
    """How far this tenant's checking has come."""
    minutes = finding.by_id(scope.current_id()).watch_minutes
    done = _summed(now - timedelta(minutes=minutes))
    overdue = Mailbox.objects.filter(due_at__lte=now).order_by()[:COUNTED_TO].count()
    return Progress(**done, minutes=minutes, overdue=overdue, lately=_summed(now - _LATELY)["done"])


def purge(now: datetime) -> None:
    """Forget the current tenant's minutes that nobody shows any more."""
    SweepMinute.objects.filter(minute__lt=now - KEPT).delete()


def _added(minute: datetime, more: Mapping[str, int]) -> bool:
    grown = {name: F(name) + many for name, many in more.items()}
    return SweepMinute.objects.filter(minute=minute).update(**grown) == 1


def _summed(since: datetime) -> dict[str, int]:
    sums = SweepMinute.objects.filter(minute__gt=since).aggregate(**{name: Sum(name) for name in _COUNTS})
    return {name: many or 0 for name, many in sums.items()}
