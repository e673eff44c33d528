"""Everything that happened about one person: audit events and messages in one line of time, newest first."""

from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.db.models import F, Q, QuerySet

from keyturn.audit.models import Event
from keyturn.lib.paging import Page, keyset
from keyturn.outbox.models import Message

_TOLD_BY_THE_MESSAGE = ("message.bounced", "message.failed", "message.expired")


def of(person_id: UUID, *, cursor: str = "", size: int = 50) -> Page:
    """One page, of events and messages. Two statements, neither of which reads more than a page and a row."""
    events = Event.objects.filter(subject=f"person:{person_id}").exclude(action__in=_TOLD_BY_THE_MESSAGE)
    messages = Message.objects.filter(person_id=person_id).select_related("address", "person")
    return keyset(_Both(events, messages.annotate(at=F("created_at"))), ("-at", "-id"), cursor=cursor, size=size)


@dataclass(frozen=True)
class _Both:
    """Two querysets that are asked as one, as far as paging by keys asks (lib/paging)."""

    events: QuerySet[Event]
    messages: QuerySet[Message]
    newest_first: bool = True

    def order_by(self, *steps: str) -> "_Both":
        """Both in this order."""
        newest_first = steps[0].startswith("-")
        return _Both(self.events.order_by(*steps), self.messages.order_by(*steps), newest_first)

    def filter(self, condition: Q) -> "_Both":
        """Those of both that fit."""
        return _Both(self.events.filter(condition), self.messages.filter(condition), self.newest_first)

    def __getitem__(self, some: slice) -> list[Event | Message]:
        rows = [*self.events[some], *self.messages[some]]
        rows.sort(key=lambda row: (row.at, row.id), reverse=self.newest_first)
        return list(islice(rows, some.stop))
