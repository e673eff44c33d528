"""The request log as operators look through it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet

from keyturn.outbox.deliveries import begin_of
from keyturn.recovery.core.policy import Reason
from keyturn.recovery.models import Recovery

_AT_MOST = 1000


@dataclass(frozen=True)
class Wanted:
    """Which requests. Empty means any; days are whole days in UTC, `until` among them."""

    state: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def condition(self) -> Q:
        """The same, as the database is asked."""
        wanted = Q(state=self.state) if self.state else Q()
        wanted &= Q(created_at__gte=begin_of(self.since)) if self.since else Q()
        return wanted & (Q(created_at__lt=begin_of(self.until) + timedelta(days=1)) if self.until else Q())


def matching(wanted: Wanted) -> QuerySet[Recovery]:
    """The requests, with their person; in no order yet."""
    return Recovery.objects.filter(wanted.condition).select_related("person")


def refused_since(since: datetime) -> list[tuple[str, int]]:
    """Why requests were refused since then, the most frequent reason first; the last 1000 are looked at."""
    last = Recovery.objects.filter(state=Recovery.REFUSED, created_at__gte=since).order_by("-created_at")
    each = {reason.value: Count("pk", filter=Q(reason=reason)) for reason in Reason}
    counted = last[:_AT_MOST].aggregate(**each)  # of these alone: joined to the table, all of it may be read
    return sorted(((reason, many) for reason, many in counted.items() if many), key=lambda item: (-item[1], item[0]))
