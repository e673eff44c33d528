"""Lists of mailboxes as the console shows them."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from keyturn.monitoring.models import Mailbox, Sighting
from keyturn.people import search

ORDER = ("name", "id")
PROTOCOLS = ("imap", "pop3")
COUNTED_TO = 10_000  # beyond that a number helps nobody, and counting costs


@dataclass(frozen=True)
class Wanted:
    """Which mailboxes; empty wants all. `typed` begins an account's name, host or user name, or finds its owner."""

    state: str = ""
    protocol: str = ""
    person_id: UUID | None = None
    typed: str = ""


def matching(wanted: Wanted) -> QuerySet[Mailbox]:
    """Mailboxes with their owners, who are read by themselves: joined, they mislead planners into reading all."""
    told = {"state": wanted.state, "protocol": wanted.protocol, "person_id": wanted.person_id}
    found = Mailbox.objects.prefetch_related("person").filter(
        **{name: value for name, value in told.items() if value}
    )
    if not wanted.typed:
        return found
    begun = (Q(**{f"{name}__istartswith": wanted.typed}) for name in ("name", "host", "username"))
    owners = Q(person_id__in=search.find(wanted.typed).people)
    return found.filter(next(begun) | next(begun) | next(begun) | owners)


def by_state() -> dict[str, int]:
    """How many mailboxes are in which state; COUNTED_TO when there are as many or more."""
    return {state: _counted(Mailbox.objects.filter(state=state)) for state in Mailbox.STATES}


def suspended() -> int:
    """How many were suspended by the watch; COUNTED_TO when there are as many or more."""
    return _counted(Mailbox.objects.filter(state=Mailbox.SUSPENDED, suspended_by=Mailbox.BY_WATCH))


def sightings(mailbox: Mailbox, many: int) -> list[Sighting]:
    """The last checks of a mailbox, the oldest first."""
    return list(mailbox.sightings.order_by("-at", "-id")[:many])[::-1]


def chosen(ids: Collection[UUID]) -> list[Mailbox]:
    """These mailboxes with their owners, in the order of lists."""
    return list(matching(Wanted()).filter(pk__in=ids).order_by(*ORDER))


def _counted(rows: QuerySet[Mailbox]) -> int:
    return rows.order_by()[:COUNTED_TO].count()
