"""*Send again*: an operator has a message go out once more, or at once (M0.19).

    waits for its next try        it is due now
    came to its end               a new message that says the same, of the same moment
    carried a secret              refused: its body was destroyed at its end, and nobody can write it again
Each message is repeated once: the copy has its own line in the log, and can be repeated in turn.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from keyturn.audit import events
from keyturn.lib import wake
from keyturn.outbox import channels, deliveries, posting, purposes
from keyturn.outbox.deliveries import Wanted
from keyturn.outbox.models import Message
from keyturn.outbox.posting import Letter

AT_ONCE = 100  # new messages of one press; the page says how many are left
_WAITS = (Message.QUEUED, Message.RETRYING)


class Reason(StrEnum):
    """Why a message does not go out again."""

    SECRET_GONE = "secret_gone"  # noqa: S105 -- a reason's name
    NEEDS_ANEW = "needs_anew"
    CALLED_BACK = "called_back"
    BEING_SENT = "being_sent"
    ADDRESS_GONE = "address_gone"
    ADDRESS_SILENT = "address_silent"
    NO_GATEWAY = "no_gateway"
    SMS_CAP = "sms_cap"
    SENT_AGAIN = "sent_again"


@dataclass(frozen=True)
class Repeated:
    """A new message waits, which says the same."""

    message: Message


@dataclass(frozen=True)
class Hurried:
    """The message itself is due now."""


@dataclass(frozen=True)
class Refused:
    """It does not go out again."""

    reason: Reason


Answer = Repeated | Hurried | Refused


@dataclass(frozen=True)
class ManyAnswer:
    """What became of all that matched: how many are due now, written anew, refused and why, and still to do."""

    hurried: int
    repeated: int
    refused: Counter[Reason] = field(default_factory=Counter)
    left: int = 0


class _NoPlace(Exception):
    """The day's text messages are used up; nothing of this repetition may stand."""


def send(message_id: UUID, now: datetime, *, actor: str) -> Answer:
    """Send one again. Raises Message.DoesNotExist. Of any number of simultaneous presses one does it."""
    message = _messages().get(pk=message_id)
    if message.state in Message.WAITING:
        return _hurry(message, now, actor)
    if reason := obstacle(message, now):
        return Refused(reason)
    try:
        with transaction.atomic():
            return _repeat(message, now, actor)
    except _NoPlace:
        return Refused(Reason.SMS_CAP)


def send_all(wanted: Wanted, now: datetime, *, actor: str) -> ManyAnswer:
    """Send every matching message again that waits or came to a dead end; AT_ONCE of the latter at a press."""
    hurried = _hurry_all(wanted, now, actor)
    ended = list(_repeatable(wanted, now).order_by("created_at", "pk")[:AT_ONCE])
    answers = [send(message_id, now, actor=actor) for message_id in ended]
    refused = Counter(one.reason for one in answers if isinstance(one, Refused))
    if secrets := deliveries.counted(_dead(wanted).exclude(purpose__in=_WITHOUT_SECRET)):
        refused[Reason.SECRET_GONE] = secrets
    repeated = sum(isinstance(one, Repeated) for one in answers)
    return ManyAnswer(hurried, repeated, refused, left=deliveries.counted(_repeatable(wanted, now)))


def obstacle(message: Message, now: datetime) -> Reason | None:
    """Why a message that came to its end cannot be repeated. Looks at nothing but what was loaded with it."""
    if message.state == Message.CANCELLED:
        return Reason.CALLED_BACK
    if purposes.PURPOSES[message.purpose].holds_secret:
        return Reason.NEEDS_ANEW if message.elsewhere else Reason.SECRET_GONE
    if message.sent_again_at:
        return Reason.SENT_AGAIN
    if message.elsewhere:
        return None
    if message.address is None or message.person is None:
        return Reason.ADDRESS_GONE
    if not message.address.may_receive:
        return Reason.ADDRESS_SILENT
    has_gateway = message.channel != channels.SMS or channels.sms_gateway_of(message.person, now.date())
    return None if has_gateway else Reason.NO_GATEWAY


_WITHOUT_SECRET = [name for name, purpose in purposes.PURPOSES.items() if not purpose.holds_secret]


def _messages() -> QuerySet[Message]:
    return Message.objects.select_related("address", "person__cell_provider")


def _hurry(message: Message, now: datetime, actor: str) -> Answer:
    with transaction.atomic():
        if not _make_due(Message.objects.filter(pk=message.pk), now):
            return Refused(Reason.BEING_SENT)
        events.record("message.hurried", at=now, actor=actor, subject=_whose(message), message=str(message.pk))
    return Hurried()


def _hurry_all(wanted: Wanted, now: datetime, actor: str) -> int:
    with transaction.atomic():
        hurried = _make_due(Message.objects.filter(wanted.condition), now)
        if hurried:
            events.record("message.hurried", at=now, actor=actor, count=hurried, state=wanted.state)
    return hurried


def _make_due(messages: QuerySet[Message], now: datetime) -> int:
    """Those of the messages that wait and that nobody holds are due now; how many."""
    is_free = Q(lease_until=None) | Q(lease_until__lte=now)
    transaction.on_commit(wake.ring)
    return messages.filter(is_free, state__in=_WAITS).update(due_at=now)


def _repeat(message: Message, now: datetime, actor: str) -> Answer:
    mine = Message.objects.filter(pk=message.pk, sent_again_at=None, state=message.state)
    if mine.update(sent_again_at=now) != 1:
        return Refused(Reason.SENT_AGAIN)
    if message.channel == channels.SMS and not posting.sms_place(now):
        raise _NoPlace
    new = _written_anew(message, now)
    told = {"message": str(message.pk), "again_as": str(new.pk), "purpose": message.purpose}
    events.record("message.repeated", at=now, actor=actor, subject=_whose(message), **told)
    return Repeated(new)


def _written_anew(message: Message, now: datetime) -> Message:
    """The same to the same address, by the mail servers of the same location."""
    to, deadline = message.elsewhere or message.address, now + purposes.NOTICE_LIFETIME
    letter = Letter(message.purpose, to, {}, deadline, again_of=message, location_id=message.location_id)
    if message.elsewhere:
        return posting.post_elsewhere(letter, now=now, language=message.language)
    return posting.post(letter, person=message.person, now=now, language=message.language)


def _dead(wanted: Wanted) -> QuerySet[Message]:
    return Message.objects.filter(wanted.condition, state__in=deliveries.DEAD_ENDS)


def _repeatable(wanted: Wanted, now: datetime) -> QuerySet[UUID]:
    """Dead ends that nothing speaks against repeating; those that cannot be must not stand in the others' way."""
    works = Q(person__cell_provider__ends_on=None) | Q(person__cell_provider__ends_on__gte=now.date())
    reachable = Q(channel=channels.EMAIL) | (Q(person__cell_provider__isnull=False) & works)
    open_ends = _dead(wanted).filter(reachable, purpose__in=_WITHOUT_SECRET, sent_again_at=None)
    return open_ends.filter(Q(address__may_receive=True) | ~Q(elsewhere="")).values_list("pk", flat=True)


def _whose(message: Message) -> str:
    return f"person:{message.person_id}" if message.person_id else ""
