"""Temporary passwords: pending credentials beside an untouched original (M0.4); see models.TemporaryPassword.

Nothing here can bring a dead one back to life: every move is one UPDATE that names the state it leaves.
"""

from collections.abc import Iterable, Set
from datetime import datetime, timedelta
from typing import TypedDict, Unpack
from uuid import UUID, uuid4

from django.db import models, transaction

from keyturn.audit import events
from keyturn.directories.models import Account, TemporaryPassword
from keyturn.lib import hashing
from keyturn.limits import counters
from keyturn.tenants import prepared

CHANNELS = ("email", "sms")
TOLD = "told"  # by the person to an operator, who typed it
MOST_TRIES = 100  # wrong tries a temporary password survives; the account's own delay is not touched by them
_NOBODY = UUID(int=0)  # asked for where there is no account, so that the same statements run
_NOTHING_LIVE = counters.Limit("nothing_live", 1, timedelta(minutes=1))  # written, never asked
_LIVE, _USED = TemporaryPassword.LIVE, TemporaryPassword.USED


class Terms(TypedDict):
    """What a temporary password is and how long it may live."""

    hash: str
    message_id: UUID | None
    recovery_id: UUID | None
    expires_at: datetime
    epoch: int


def issue(account: Account, channel: str, *, now: datetime, **terms: Unpack[Terms]) -> TemporaryPassword:
    """Make one live, in place of the live one of that channel; inside the caller's transaction."""
    _lock(account)
    _live(account).filter(channel=channel).update(state=TemporaryPassword.SUPERSEDED, ended_at=now)
    return TemporaryPassword.objects.create(
        account=account,
        channel=channel,
        hash=terms["hash"],
        message_id=terms["message_id"],
        recovery_id=terms["recovery_id"],
        credential_epoch=terms["epoch"],
        created_at=now,
        expires_at=terms["expires_at"],
    )


def candidates(account: Account | None) -> list[TemporaryPassword]:
    """The live ones of an account, at most one a channel, the stale ones of an earlier epoch left out."""
    whose, epoch = (account.pk, account.credential_epoch) if account else (_NOBODY, 0)
    rows = TemporaryPassword.objects.filter(account_id=whose, state=_LIVE, credential_epoch=epoch)
    return list(rows.filter(channel__in=CHANNELS))


def told(account: Account | None, now: datetime) -> TemporaryPassword | None:
    """The one that an operator typed, while it lives. The same statement, account or not."""
    whose, epoch = (account.pk, account.credential_epoch) if account else (_NOBODY, 0)
    return _told(account_id=whose, epoch=epoch, now=now)


@prepared.one
def _told(account_id, epoch, now):
    living = TemporaryPassword.objects.filter(account_id=account_id, state=_LIVE, credential_epoch=epoch)
    return living.filter(channel=TOLD, expires_at__gt=now)


def fitting(
    account: Account | None, text: str, now: datetime, dead: Set[UUID] = frozenset()
) -> TemporaryPassword | None:
    """The temporary password that this is, or None; whoever goes on must `use` it.

    Always costs two hashes and two writes, account or not. `dead` names the messages whose secrets must not be
    honoured. Call it outside a transaction: each try is counted, for good, before anything is compared.
    """
    live = {row.channel: row for row in candidates(account) if row.message_id not in dead and _may_be_tried(row, now)}
    fits = [row for channel in CHANNELS if (row := _fitting(live.get(channel), text, now))]
    return fits[0] if fits else None


def cancel(account: Account, now: datetime, reason: str) -> list[UUID]:
    """End the live ones: the original was used, or changed. Returns their messages, which may be called back."""
    messages = [message_id for (message_id,) in _live_messages(account_id=account.pk)]
    if messages:
        with transaction.atomic():
            _lock(account)
            _cancel_live(account, now, reason)
    return [message_id for message_id in messages if message_id]


def revoke(account: Account, row_id: UUID, now: datetime, *, actor: str) -> TemporaryPassword | None:
    """An operator ends one, which is returned; None when it does not live any more."""
    with transaction.atomic():
        _lock(account)
        row = _live(account).filter(pk=row_id).first()
        if row is None or not _end(row, now, TemporaryPassword.CANCELLED):
            return None
        whose = _whose(account)
        events.record("temporary_password.revoked", at=now, actor=actor, subject=whose, channel=row.channel)
    return row


def holders(now: datetime, at_most: int) -> list[UUID]:
    """The people who could sign in with a temporary password now, the latest first."""
    return list(_open(now).order_by("-expires_at").values_list("account__person_id", flat=True)[:at_most])


def holders_among(person_ids: Iterable[UUID], now: datetime) -> set[UUID]:
    """Those of the people who could."""
    among = _open(now).filter(account__person_id__in=list(person_ids))
    return set(among.values_list("account__person_id", flat=True))


def _open(now: datetime) -> models.QuerySet:
    return TemporaryPassword.objects.filter(state=_LIVE, expires_at__gt=now)


def in_force(account: Account) -> TemporaryPassword | None:
    """The one that was signed in with and has not been replaced by an own password yet."""
    used = TemporaryPassword.objects.filter(account=account, state=_USED, credential_epoch=account.credential_epoch)
    return used.order_by("-ended_at").first()


def all_replaced(account: Account, now: datetime) -> int:
    """Whatever temporary password was in force, an own one has taken its place; returns how many."""
    return _replace_all(account_id=account.pk, now=now)


@prepared.update
def _replace_all(account_id, now):
    used = TemporaryPassword.objects.filter(account_id=account_id, state=_USED)
    return used, {"state": TemporaryPassword.REPLACED, "ended_at": now}


@prepared.select
def _live_messages(account_id):
    return TemporaryPassword.objects.filter(account_id=account_id, state=_LIVE).values_list("message_id")


def kill_by_message(message_id: UUID, now: datetime) -> bool:
    """Its message was refused, bounced or given up; False when there was nothing live to kill."""
    row = TemporaryPassword.objects.select_related("account").filter(message_id=message_id, state=_LIVE).first()
    if row is None or not _end(row, now, TemporaryPassword.DEAD):
        return False
    whose = _whose(row.account)
    events.record("temporary_password.died", at=now, actor="worker", subject=whose, channel=row.channel)
    return True


def _fitting(row: TemporaryPassword | None, text: str, now: datetime) -> TemporaryPassword | None:
    """The row, if the text is its password. One write and one hash, always: a disk is slow enough for a stranger
    to notice whether there was something to count."""
    if row is not None and _count_try(row, now):
        return row if hashing.verify(text, row.hash) else None
    counters.take(_NOTHING_LIVE, uuid4().hex, now=now)
    hashing.waste()
    return None


def _may_be_tried(row: TemporaryPassword, now: datetime) -> bool:
    """Whether a try can count, as far as was read; otherwise it is as if there were no row. `_count_try` decides."""
    return row.expires_at > now and row.attempts < MOST_TRIES


def _count_try(row: TemporaryPassword, now: datetime) -> bool:
    """Take one of the tries; False when there is none left, or the time is over. The guard is in the statement."""
    open_to_tries = TemporaryPassword.objects.filter(
        pk=row.pk, state=_LIVE, expires_at__gt=now, attempts__lt=MOST_TRIES
    )
    return open_to_tries.update(attempts=models.F("attempts") + 1) == 1


def use(account: Account, row: TemporaryPassword, now: datetime) -> bool:
    """LIVE to USED for exactly one of any number of callers; the other channel's is cancelled with it."""
    with transaction.atomic():
        _lock(account)
        if not _end(row, now, _USED, expires_at__gt=now):
            return False
        row.state, row.ended_at = _USED, now
        who = _whose(account)
        events.record("temporary_password.used", at=now, actor=who, subject=who, channel=row.channel)
        _cancel_live(account, now, "other_used")
    return True


def _cancel_live(account: Account, now: datetime, reason: str) -> None:
    if _live(account).update(state=TemporaryPassword.CANCELLED, ended_at=now):
        whose = _whose(account)
        events.record("temporary_password.cancelled", at=now, actor="keyturn", subject=whose, reason=reason)


def _lock(account: Account) -> None:
    """Whoever moves several rows of an account holds this first, so that no two wait for each other. Not a key's
    lock: that would wait for every new row that names the account."""
    Account.objects.select_for_update(no_key=True).values_list("id").get(pk=account.pk)


def _end(row: TemporaryPassword, now: datetime, state: str, **conditions) -> bool:
    mine = TemporaryPassword.objects.filter(pk=row.pk, state=_LIVE, **conditions)
    return mine.update(state=state, ended_at=now) == 1


def _live(account: Account) -> models.QuerySet:
    return TemporaryPassword.objects.filter(account=account, state=_LIVE)


def _whose(account: Account) -> str:
    return f"person:{account.person_id}"
