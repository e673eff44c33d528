"""Ending what was handed out, before it is used: one ticket, one temporary password, by an operator.

What can still be called back is; what arrives nevertheless opens nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from keyturn.audit import events
from keyturn.directories import pending
from keyturn.directories.models import Account, TemporaryPassword
from keyturn.outbox import posting
from keyturn.outbox import queries as outbox
from keyturn.recovery import tickets
from keyturn.recovery.core.policy import Failure
from keyturn.recovery.models import Recovery, Ticket


@dataclass(frozen=True)
class Standing:
    """What an account has been given and not used yet."""

    tickets: list[Ticket]
    temporaries: list[TemporaryPassword]

    def __bool__(self) -> bool:
        return bool(self.tickets or self.temporaries)


def standing(account: Account, now: datetime) -> Standing:
    """Everything that could still be used; one ticket and three temporary passwords at most."""
    live = TemporaryPassword.objects.filter(account=account, credential_epoch=account.credential_epoch)
    waiting = live.filter(state=TemporaryPassword.LIVE, expires_at__gt=now).order_by("channel")
    open_tickets = tickets.alive(now).filter(account=account).order_by("created_at")
    rows = list(waiting)
    dead = outbox.dead(row.message_id for row in rows if row.message_id)
    return Standing(list(open_tickets), [row for row in rows if row.message_id not in dead])


@transaction.atomic
def ticket(account: Account, ticket_id: UUID, now: datetime, *, actor: str) -> bool:
    """End one ticket; False when it does not live any more."""
    mine = Ticket.objects.filter(pk=ticket_id, account=account)
    if not tickets.revoke(mine, now):
        return False
    ended = mine.get()
    posting.call_back([ended.message_id], now)
    _fail(ended.recovery_id, now)
    events.record("ticket.revoked", at=now, actor=actor, subject=f"person:{account.person_id}")
    return True


@transaction.atomic
def temporary_password(account: Account, row_id: UUID, now: datetime, *, actor: str) -> bool:
    """End one temporary password; False when it does not live any more."""
    ended = pending.revoke(account, row_id, now, actor=actor)
    if ended is None:
        return False
    if ended.message_id:
        posting.call_back([ended.message_id], now)
    others = TemporaryPassword.objects.filter(recovery_id=ended.recovery_id, state=TemporaryPassword.LIVE)
    if ended.recovery_id and not others.exists():
        _fail(ended.recovery_id, now)
    return True


def _fail(recovery_id: UUID, now: datetime) -> None:
    still_open = Recovery.objects.filter(pk=recovery_id, state=Recovery.OPEN)
    still_open.update(state=Recovery.FAILED, reason=Failure.REVOKED, ended_at=now)
