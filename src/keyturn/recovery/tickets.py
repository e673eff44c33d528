"""Tickets in the database: every move of theirs is one conditional UPDATE here.

The conditions that make a ticket count stand in the statement that uses it: state, expiry, the account's epoch,
the person's status, the tenant's, and that the address it was sent to is still on record. So a changed password or
address, a deactivated person, a suspended tenant end every ticket at once, and no duty has to run for it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from keyturn.directories.models import Account
from keyturn.outbox import posting
from keyturn.outbox.models import Message
from keyturn.people.models import Person
from keyturn.recovery.core import ticket as core
from keyturn.recovery.core.policy import Failure
from keyturn.recovery.models import Recovery, Ticket
from keyturn.tenants import prepared, scope
from keyturn.tenants.models import Tenant

_LIVE = (Ticket.OPEN, Ticket.REDEEMING)


@dataclass(frozen=True)
class NewTicket:
    """Whose ticket, for what, carried by which message, until when."""

    recovery: Recovery
    account: Account
    secrets: core.Secrets
    message_id: UUID
    expires_at: datetime
    purpose: str = core.RESET


def issue(new: NewTicket, now: datetime) -> Ticket:
    """Put a ticket in force instead of the account's earlier one, inside the caller's transaction.

    The caller holds a lock that only one recovery of an account can hold: its place under the account's limit.
    """
    _supersede(new.account, new.purpose, now)
    token, code = new.secrets.token, new.secrets.code
    return Ticket.objects.create(
        recovery=new.recovery,
        account=new.account,
        purpose=new.purpose,
        selector=token.selector,
        verifier_hash=core.verifier_hash(token, scope.current_id(), new.purpose),
        code_tag=core.code_tag(token, code),
        credential_epoch=new.account.credential_epoch,
        message_id=new.message_id,
        created_at=now,
        expires_at=new.expires_at,
    )


def _supersede(account: Account, purpose: str, now: datetime) -> None:
    """End the earlier ticket and its recovery, and call its message back if it has not left yet."""
    rows = _earlier(account_id=account.pk, purpose=purpose)
    if not rows:
        return
    earlier = Ticket.objects.filter(account=account, purpose=purpose, state__in=_LIVE)
    earlier.update(state=Ticket.SUPERSEDED, lease_until=None, ended_at=now)
    message_ids, recovery_ids = zip(*rows, strict=True)
    posting.call_back(message_ids, now)
    still_open = Recovery.objects.filter(pk__in=recovery_ids, state=Recovery.OPEN)
    still_open.update(state=Recovery.FAILED, reason=Failure.SUPERSEDED, ended_at=now)


@prepared.select
def _earlier(account_id, purpose):
    earlier = Ticket.objects.filter(account_id=account_id, purpose=purpose, state__in=_LIVE)
    return earlier.values_list("message_id", "recovery_id")


def find(token: core.Token, purpose: str) -> Ticket | None:
    """The ticket of a link, whatever its state; a wrong verifier finds nothing. With account and person."""
    verifier_hash = core.verifier_hash(token, scope.current_id(), purpose)
    return _found(selector=token.selector, purpose=purpose, verifier_hash=verifier_hash)


@prepared.one
def _found(selector, purpose, verifier_hash):
    held = Ticket.objects.filter(selector=selector, purpose=purpose, verifier_hash=verifier_hash)
    return held.select_related("account__person", "account__directory")


def alive(now: datetime) -> QuerySet[Ticket]:
    """The tickets that count now. One whose redeemer died counts again when the lease has run out.

    No joins: what a joined UPDATE filters stands in a subquery, which PostgreSQL does not ask again after it
    waited for the row, and a hundred simultaneous guesses would all pass.
    """
    is_free = Q(state=Ticket.OPEN) | Q(state=Ticket.REDEEMING, lease_until__lte=now)
    return Ticket.objects.filter(is_free, _owner_may(), ~_address_is_gone(), expires_at__gt=now)


def _owner_may() -> Exists:
    """Same password as when the ticket was issued, person active, tenant active."""
    return Exists(
        Account.objects.filter(
            pk=OuterRef("account_id"),
            credential_epoch=OuterRef("credential_epoch"),
            person__status=Person.ACTIVE,
            tenant__status=Tenant.ACTIVE,
        )
    )


def _address_is_gone() -> Exists:
    """The secrets went to an address that was taken off record since: who reads there is nobody now."""
    return Exists(Message.objects.filter(pk=OuterRef("message_id"), address=None))


def is_being_redeemed(ticket: Ticket, now: datetime) -> bool:
    """Whether somebody holds this ticket at this moment."""
    return ticket.state == Ticket.REDEEMING and ticket.lease_until > now


def count_try(ticket: Ticket, now: datetime) -> bool:
    """Take one of the ticket's tries; False when it has none left or does not count any more."""
    return _count_try(id=ticket.pk, verifier_hash=ticket.verifier_hash, now=now) == 1


@prepared.update
def _count_try(id, verifier_hash, now):
    has_tries = alive(now).filter(pk=id, verifier_hash=verifier_hash, attempts__lt=F("max_attempts"))
    return has_tries, {"attempts": F("attempts") + 1}


def is_spent(ticket: Ticket) -> bool:
    """Whether every try was taken, asked of the row itself: others may have tried meanwhile."""
    return Ticket.objects.filter(pk=ticket.pk, attempts__gte=F("max_attempts")).exists()


def seize(ticket: Ticket, now: datetime) -> datetime | None:
    """Take the right to redeem: the end of the lease, which is also its fence; None when somebody else has it."""
    until = now + timedelta(seconds=settings.KEYTURN_LEASE_SECONDS)
    return until if _seize(id=ticket.pk, until=until, now=now) == 1 else None


@prepared.update
def _seize(id, until, now):
    return alive(now).filter(pk=id), {"state": Ticket.REDEEMING, "lease_until": until}


def release(ticket: Ticket, lease: datetime) -> None:
    """Give a seized ticket back: the directory did not take the password."""
    _held(ticket.pk, lease).update(state=Ticket.OPEN, lease_until=None)


def settle(ticket: Ticket, lease: datetime, now: datetime) -> bool:
    """End a seized ticket as redeemed; False when it, or its owner's right, ended meanwhile."""
    return _settle(id=ticket.pk, lease=lease, now=now) == 1


@prepared.update
def _settle(id, lease, now):
    done = {"state": Ticket.REDEEMED, "lease_until": None, "ended_at": now}
    return _held(id, lease).filter(_owner_may(), ~_address_is_gone()), done


def revoke(live: QuerySet[Ticket], now: datetime) -> int:
    """End those of the tickets that could still be redeemed; returns how many."""
    return live.filter(state__in=_LIVE).update(state=Ticket.REVOKED, lease_until=None, ended_at=now)


def _held(id: UUID, lease: datetime) -> QuerySet[Ticket]:
    return Ticket.objects.filter(pk=id, state=Ticket.REDEEMING, lease_until=lease)
