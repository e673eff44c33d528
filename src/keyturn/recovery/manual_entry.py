"""An operator types the password that a person says on the telephone (M0.6, M3.3 to M3.7).

Temporary, which is the default: it stands beside the original, which keeps working, ends after the tenant's
minutes, and whoever signs in with it must choose another. Otherwise it replaces the original.

The password is judged with everything else before anything happens. It is hashed and kept nowhere.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from keyturn.directories import pending, registry
from keyturn.directories.base import DirectoryUnreachable, PasswordRefused
from keyturn.directories.models import Account
from keyturn.lib import hashing, rows
from keyturn.passwords import change, judgement
from keyturn.passwords.change import Cause, Change, EpochMoved
from keyturn.passwords.core.judge import Judgement
from keyturn.recovery import approvals, by_operator, caller_check, desk
from keyturn.recovery.by_operator import DirectoryDown, Outrun
from keyturn.recovery.core import policy
from keyturn.recovery.core.facts import Facts
from keyturn.recovery.core.policy import Reason
from keyturn.recovery.desk import Backing, Stopped, Wish
from keyturn.recovery.finder import Found
from keyturn.recovery.models import Recovery


@dataclass(frozen=True)
class Entry:
    """What was typed, already brought through lib.text.secret, and whether it must be replaced at sign-in."""

    password: str = field(repr=False)
    is_temporary: bool = True


@dataclass(frozen=True)
class Entered:
    """The password works. `expires_at` where it is a temporary one."""

    recovery: Recovery
    expires_at: datetime | None


@dataclass(frozen=True)
class Weak:
    """It does not meet the tenant's requirements; nothing happened."""

    judgement: Judgement


@dataclass(frozen=True)
class NoteTells:
    """The reason contains the password, and reasons are kept and shown; nothing happened."""


@dataclass(frozen=True)
class NotTaken:
    """The directory will not have this password; `words` are its own."""

    words: str


Outcome = Entered | Weak | NoteTells | NotTaken | Stopped | DirectoryDown | Outrun


@dataclass(frozen=True)
class _Asked:
    """The wish, what backs it, and what was found."""

    wish: Wish
    backing: Backing
    found: Found


@dataclass(frozen=True)
class _Setting:
    """A password that passed, on its way: `change` replaces the original, `hash` stands beside it."""

    asked: _Asked
    change: Change | None
    hash: str = field(repr=False)


def enter(wish: Wish, entry: Entry, now: datetime) -> Outcome:
    """Set the password, or say what stands in the way."""
    wish = desk.by_entry(wish)
    backing = by_operator.backing_of(wish, now)
    found, stopped = desk.look(wish, backing, now)
    is_temporary = entry.is_temporary or wish.tenant.manual_entry_always_temporary
    stopped = stopped or (_refuse_temporary(found.facts) if is_temporary else None)
    if stopped:
        return stopped
    if refusal := _refuse_password(wish, entry.password):
        return refusal
    try:
        return _write(_prepare(_Asked(wish, backing, found), entry.password, is_temporary), now)
    except DirectoryUnreachable:
        return DirectoryDown()
    except PasswordRefused as refusal:
        return NotTaken(str(refusal))
    except desk.CapReached as reached:
        return desk.TooMany(reached.until)
    except (EpochMoved, caller_check.Spent, approvals.Spent):
        return Outrun()


def _refuse_temporary(facts: Facts) -> policy.Refused | None:
    """A directory that holds one password cannot have another beside it."""
    return None if facts.directory.can_hold_pending else policy.Refused(Reason.DIRECTORY_HOLDS_ONE)


def _refuse_password(wish: Wish, password: str) -> Weak | NoteTells | None:
    if password in wish.note:
        return NoteTells()
    judged = judgement.for_person(password, wish.person, patience=judgement.WHEN_SAVING)
    return None if judged.acceptable else Weak(judged)


def _prepare(asked: _Asked, password: str, is_temporary: bool) -> _Setting:
    """The slow part, and the world outside; before any transaction."""
    found = asked.found
    if not is_temporary:
        new = change.begin(found.account, password)
        new.reach_out()
        return _Setting(asked, new, "")
    ending = by_operator.end_old_password(found) if asked.wish.is_compromised else None
    return _Setting(asked, ending, _beside(found.account, password, ending))


def _beside(account: Account, password: str, ending: Change | None) -> str:
    """Under the salt of the password that it will stand beside, so that sign-in costs one hash."""
    if ending:
        return hashing.hash_beside(password, ending.new.hash)
    return registry.connect(account.directory.kind).hash_beside(account, password)


@transaction.atomic
def _write(setting: _Setting, now: datetime) -> Entered:
    wish, account = setting.asked.wish, setting.asked.found.account
    by_operator.seize(wish, setting.asked.backing, now)
    desk.hold_account(setting.asked.found, now)
    epoch = account.credential_epoch
    if setting.change:
        reason = "manual_entry" if not setting.hash else "compromised"
        cause = Cause(actor=wish.actor, reason=reason, source=wish.source)
        setting.change.settle(now=now, cause=cause, epoch=epoch)
        account.credential_epoch = epoch + 1
    recovery = _row(setting, now)
    expires_at = now + timedelta(minutes=wish.tenant.ticket_expiration_minutes) if setting.hash else None
    if expires_at:
        _issue(setting, recovery, expires_at, now)
    rows.insert(recovery)
    by_operator.sent_first_mail(wish.person)
    desk.record("password.entered", wish, recovery, now, temporary=bool(setting.hash))
    desk.tell(wish, setting.asked.backing, now)
    return Entered(recovery, expires_at)


def _row(setting: _Setting, now: datetime) -> Recovery:
    ended = {} if setting.hash else {"ended_at": now}
    state = Recovery.OPEN if setting.hash else Recovery.COMPLETED
    asked = setting.asked
    return desk.row_of_log(asked.wish, asked.backing, asked.found, now, state=state, **ended)


def _issue(setting: _Setting, recovery: Recovery, expires_at: datetime, now: datetime) -> None:
    account = setting.asked.found.account
    pending.issue(
        account,
        pending.TOLD,
        now=now,
        hash=setting.hash,
        message_id=None,
        recovery_id=recovery.id,
        expires_at=expires_at,
        epoch=account.credential_epoch,
    )
