"""Drawing the conclusions from a message that will never arrive: what it carried ends, and the person hears of it.

Nothing depends on this duty. A temporary password counts only while its message is not dead, which is asked at
sign-in; the original password was never touched. A dead end can only end things, never revive or allow one.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from keyturn.audit import events
from keyturn.directories import pending
from keyturn.directories.models import TemporaryPassword
from keyturn.lib import clock
from keyturn.outbox import posting, purposes
from keyturn.outbox import queries as outbox
from keyturn.outbox.models import Message
from keyturn.people import changes as people_changes
from keyturn.people import queries as people
from keyturn.recovery import tickets
from keyturn.recovery.core.policy import Failure
from keyturn.recovery.models import Recovery, Ticket
from keyturn.tenants import scope


@dataclass(frozen=True)
class _DeadEnd:
    """How a message ended: what the audit calls it, and why its recovery failed."""

    action: str
    failure: Failure


_DEAD_ENDS = {
    Message.BOUNCED: _DeadEnd("message.bounced", Failure.MESSAGE_BOUNCED),
    Message.FAILED: _DeadEnd("message.failed", Failure.MESSAGE_FAILED),
    Message.EXPIRED: _DeadEnd("message.expired", Failure.MESSAGE_EXPIRED),
}


def step() -> bool:
    """Follow up the message that has been dead longest; False when there is none."""
    now = clock.now()
    with transaction.atomic():
        message = outbox.next_dead_end(now)
        if message is None:
            return False
        with scope.inside(message.tenant_id):
            _follow_up(message, now)
    return True


def _follow_up(message: Message, now: datetime) -> None:
    subject = f"person:{message.person_id}" if message.person_id else ""
    told = {"purpose": message.purpose, "channel": message.channel, "message": str(message.id)}
    events.record(_DEAD_ENDS[message.state].action, at=now, actor="worker", subject=subject, **told)
    if message.state == Message.BOUNCED:
        people_changes.remember_bounce(message.address_id, now)
    if message.purpose == purposes.RECOVERY_LINK:
        _revoke_ticket(message, now)
    if message.purpose == purposes.TEMPORARY_PASSWORD:
        _kill_temporary_password(message, now)
    if message.purpose == purposes.PASSWORD_NEW:
        pending.kill_by_message(message.id, now)  # of somebody who has no other address to be told at


def _revoke_ticket(message: Message, now: datetime) -> None:
    ticket = Ticket.objects.filter(message_id=message.id).first()
    if ticket and tickets.revoke(Ticket.objects.filter(pk=ticket.pk), now):
        _fail(ticket.recovery_id, message, now)


def _kill_temporary_password(message: Message, now: datetime) -> None:
    """End it; the recovery has failed when no other channel's is left."""
    if not pending.kill_by_message(message.id, now):
        return
    recovery_id = TemporaryPassword.objects.values_list("recovery_id", flat=True).get(message_id=message.id)
    in_force = (TemporaryPassword.LIVE, TemporaryPassword.USED)
    if not TemporaryPassword.objects.filter(recovery_id=recovery_id, state__in=in_force).exists():
        _fail(recovery_id, message, now)
    _tell_the_others(message, now)


def _fail(recovery_id, message: Message, now: datetime) -> None:
    """The request log keeps the provider's words."""
    failure = _DEAD_ENDS[message.state].failure
    Recovery.objects.filter(pk=recovery_id, state=Recovery.OPEN).update(
        state=Recovery.FAILED, reason=failure, words=message.last_reply, ended_at=now
    )


def _tell_the_others(message: Message, now: datetime) -> None:
    """It did not arrive, and the original password is still valid: to every address but the one that failed."""
    if message.person is None:
        return
    failed = message.address.key if message.address else ""
    others = [address for address in people.notice_addresses(message.person) if address.key != failed]
    posting.post_notice(purposes.TEMPORARY_PASSWORD_UNDELIVERED, others, person=message.person, now=now)
