"""The delivery log as operators look at it: which messages, how many in which state, and who said what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from keyturn.outbox import core
from keyturn.outbox.models import Attempt, CellProvider, MailProfile, Message

STATES = (
    Message.QUEUED,
    Message.SENDING,
    Message.RETRYING,
    Message.SENT,
    Message.DELIVERED,
    Message.BOUNCED,
    Message.FAILED,
    Message.EXPIRED,
    Message.CANCELLED,
)
DEAD_ENDS = (Message.BOUNCED, Message.FAILED, Message.EXPIRED)
COUNTED_TO = 1000  # beyond that a number helps nobody, and counting costs
ATTEMPTS_SHOWN = 50
_ENDS_SOON = timedelta(days=30)


@dataclass(frozen=True)
class Wanted:
    """Which messages. Empty means any; days are whole days in UTC, `until` among them."""

    state: str = ""
    purpose: str = ""
    since: date | None = None
    until: date | None = None
    person_id: UUID | None = None

    @property
    def condition(self) -> Q:
        """The same, as the database is asked."""
        wanted = Q(state=self.state) if self.state else Q()
        wanted &= Q(purpose=self.purpose) if self.purpose else Q()
        wanted &= Q(person_id=self.person_id) if self.person_id else Q()
        wanted &= Q(created_at__gte=begin_of(self.since)) if self.since else Q()
        return wanted & (Q(created_at__lt=begin_of(self.until) + timedelta(days=1)) if self.until else Q())


@dataclass(frozen=True)
class FailingProfile:
    """A mail server whose last try came to nothing, with its words."""

    name: str
    at: datetime
    reply: str


def matching(wanted: Wanted) -> QuerySet[Message]:
    """The messages, with person and address; in no order yet."""
    return Message.objects.filter(wanted.condition).select_related("person", "address")


def in_state(state: str) -> int:
    """How many are in a state; COUNTED_TO when there are as many or more."""
    return counted(Message.objects.filter(state=state))


def dead_since(since: datetime, state: str) -> int:
    """How many came to this dead end since then; COUNTED_TO when there are as many or more."""
    return counted(Message.objects.filter(state=state, created_at__gte=since))


def counted(rows: QuerySet) -> int:
    """How many rows, looking at COUNTED_TO of them at most."""
    return rows.order_by()[:COUNTED_TO].count()


def attempts(message_ids: Iterable[UUID]) -> dict[UUID, list[Attempt]]:
    """The last tries to hand these messages over, oldest first. One statement, ATTEMPTS_SHOWN of each message."""
    wanted = list(message_ids)
    rows = Attempt.objects.filter(message_id__in=wanted).order_by("-at", "-pk")[: ATTEMPTS_SHOWN * len(wanted)]
    found: dict[UUID, list[Attempt]] = {message_id: [] for message_id in wanted}
    for row in reversed(rows):
        found[row.message_id].append(row)
    return {message_id: tries[-ATTEMPTS_SHOWN:] for message_id, tries in found.items()}


def failing_profiles() -> list[FailingProfile]:
    """The tenant's mail servers whose last try failed for a reason of their own. One statement for each server."""
    names = list(MailProfile.objects.values_list("name", flat=True)[:20])
    last = [Attempt.objects.filter(profile=name).order_by("-at").first() for name in [*names, "installation"]]
    to_blame = (core.UNREACHABLE, core.NOT_FROM_US)
    return [FailingProfile(one.profile, one.at, one.reply) for one in last if one and one.outcome in to_blame]


def ending_gateways(today: date) -> list[CellProvider]:
    """Carriers' gateways that ended, or will within 30 days; the first to end comes first."""
    return list(CellProvider.objects.filter(ends_on__lte=today + _ENDS_SOON).order_by("ends_on", "name")[:20])


def oldest_waiting() -> datetime | None:
    """Since when the message that waits longest has waited."""
    waiting = Message.objects.filter(ended_at=None, state__in=Message.WAITING)  # what ended is not in the index
    return waiting.order_by("created_at").values_list("created_at", flat=True).first()


def begin_of(day: date) -> datetime:
    """The first moment of a day in UTC."""
    return datetime.combine(day, time(), UTC)
