"""Looking through the audit: which events, newest first, and what state their chain is in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from keyturn.audit import heads
from keyturn.audit.models import Event, Head
from keyturn.tenants import scope

_AT_ONCE = 500


@dataclass(frozen=True)
class Wanted:
    """Which events. Empty means any; days are whole days in UTC, `until` among them."""

    action: str = ""
    actor: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def condition(self) -> Q:
        """The same, as the database is asked."""
        named = {"action": self.action, "actor": self.actor, "subject": self.subject}
        wanted = Q(**{column: value for column, value in named.items() if value})
        wanted &= Q(at__gte=_begin_of(self.since)) if self.since else Q()
        return wanted & (Q(at__lt=_begin_of(self.until) + timedelta(days=1)) if self.until else Q())


@dataclass(frozen=True)
class ChainState:
    """What can be said of the tenant's chain without recomputing it now."""

    head: Head | None
    open_events: bool

    @property
    def kept(self) -> int:
        """How many closed events are there still."""
        return self.head.length - self.head.anchor_position if self.head else 0


def matching(wanted: Wanted) -> QuerySet[Event]:
    """The events; in no order yet."""
    return Event.objects.filter(wanted.condition)


def every(wanted: Wanted, tenant_id: Any) -> Iterator[Event]:
    """All that match, newest first, for a file: piece by piece, so that no statement and no transaction is long.

    Opens the tenant's room for each piece, because a file is written after the request was answered.
    """
    last: tuple[datetime, Any] | None = None
    while True:
        with scope.inside(tenant_id):
            rows = list(_behind(last, matching(wanted)).order_by("-at", "-pk")[:_AT_ONCE])
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1].at, rows[-1].pk


def chain_state() -> ChainState:
    """Of the current tenant. Two statements."""
    return ChainState(heads.current(), Event.objects.filter(position=None).exists())


def _behind(last: tuple[datetime, Any] | None, events: QuerySet[Event]) -> QuerySet[Event]:
    return events.filter(Q(at__lt=last[0]) | Q(at=last[0], pk__lt=last[1])) if last else events


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
