"""Lists of mailboxes as the console shows them, and how far the checking of them all has come."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from keyturn.monitoring.models import Mailbox, Sighting
from keyturn.people import search
from keyturn.tenants import finding, scope

ORDER = ("name", "id")
PROTOCOLS = ("imap", "pop3")
COUNTED_TO = 1000  # beyond that a number helps nobody, and counting costs


@dataclass(frozen=True)
class Wanted:
    """Which mailboxes; empty wants all. `typed` begins an account's name, host or user name, or finds its owner."""

    state: str = ""
    protocol: str = ""
    person_id: UUID | None = None
    typed: str = ""


@dataclass(frozen=True)
class Progress:
    """One round of checks: how many mailboxes are watched, were checked within an interval, wait to be checked."""

    watched: int
    done: int
    refused: int
    troubled: int
    overdue: int
    minutes: int

    @property
    def per_second(self) -> float:
        """Checks in a second, over the last interval."""
        return round(self.done / (self.minutes * 60), 1)

    @property
    def minutes_left(self) -> int:
        """Until those that wait are checked at that speed; 0 where nobody can tell."""
        per_minute = self.done / self.minutes
        return round(self.overdue / per_minute) if per_minute else 0


def matching(wanted: Wanted) -> QuerySet[Mailbox]:
    """Mailboxes with their owners."""
    told = {"state": wanted.state, "protocol": wanted.protocol, "person_id": wanted.person_id}
    found = Mailbox.objects.select_related("person").filter(**{name: value for name, value in told.items() if value})
    if not wanted.typed:
        return found
    begun = (Q(**{f"{name}__istartswith": wanted.typed}) for name in ("name", "host", "username"))
    owners = Q(person_id__in=search.find(wanted.typed).people)
    return found.filter(next(begun) | next(begun) | next(begun) | owners)


def by_state() -> dict[str, int]:
    """How many mailboxes are in which state."""
    counted = dict(Mailbox.objects.values_list("state").annotate(Count("pk")).order_by())
    return {state: counted.get(state, 0) for state in Mailbox.STATES}


def suspended() -> int:
    """How many were suspended by the watch; COUNTED_TO when there are as many or more."""
    lasting = Mailbox.objects.filter(state=Mailbox.SUSPENDED, suspended_by=Mailbox.BY_WATCH)
    return lasting.order_by()[:COUNTED_TO].count()


def progress(now: datetime) -> Progress:
    """How far this tenant's checking has come."""
    minutes = finding.by_id(scope.current_id()).watch_minutes
    lately = Q(checked_at__gte=now - timedelta(minutes=minutes))
    counted = Mailbox.objects.aggregate(
        watched=Count("pk", filter=Q(due_at__isnull=False)),
        done=Count("pk", filter=lately),
        refused=Count("pk", filter=lately & Q(state__in=(Mailbox.REFUSED, Mailbox.SUSPENDED))),
        troubled=Count("pk", filter=lately & Q(state=Mailbox.TROUBLED)),
        overdue=Count("pk", filter=Q(due_at__lte=now)),
    )
    return Progress(**counted, minutes=minutes)


def sightings(mailbox: Mailbox, many: int) -> list[Sighting]:
    """The last checks of a mailbox, the oldest first."""
    return list(mailbox.sightings.order_by("-at", "-id")[:many])[::-1]


def chosen(ids: Collection[UUID]) -> list[Mailbox]:
    """These mailboxes with their owners, in the order of lists."""
    return list(matching(Wanted()).filter(pk__in=ids).order_by(*ORDER))
