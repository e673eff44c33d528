"""Reset password, Yes: an operator has a link and a code sent to the address on record (M3.2).

    look ▶ [end the old password, where the account may be compromised] ▶ one transaction
        {operator's place, check or agreement used up, recovery, ticket, sealed message, notices, audit}

The operator learns that it was sent, and to which masked address; never what.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from keyturn.directories.base import DirectoryUnreachable, PasswordRefused
from keyturn.lib import addresses, digest, rows
from keyturn.passwords import change
from keyturn.passwords.change import Cause, Change, EpochMoved
from keyturn.people.models import Person
from keyturn.recovery import approvals, caller_check, desk, issuing
from keyturn.recovery.caller_check import Caller
from keyturn.recovery.desk import Backing, Stopped, Wish
from keyturn.recovery.finder import Found
from keyturn.recovery.issuing import Order
from keyturn.recovery.models import Recovery


@dataclass(frozen=True)
class Sent:
    """The mail is on its way to the masked address."""

    recovery: Recovery
    masked: str


@dataclass(frozen=True)
class DirectoryDown:
    """The directory did not answer, so the old password could not be ended; nothing was sent."""


@dataclass(frozen=True)
class Outrun:
    """Somebody else changed the password, or used the check or the agreement, in this very moment. Look again."""


Outcome = Sent | Stopped | DirectoryDown | Outrun


def send_link(wish: Wish, now: datetime) -> Outcome:
    """Send the link, or say what stands in the way."""
    backing = backing_of(wish, now)
    found, stopped = desk.look(wish, backing, now)
    if stopped:
        return stopped
    try:
        ending = end_old_password(found) if wish.is_compromised else None
        recovery = _write(_Reset(wish, backing, found, ending), now)
    except (DirectoryUnreachable, PasswordRefused):
        return DirectoryDown()
    except desk.CapReached as reached:
        return desk.TooMany(reached.until)
    except (EpochMoved, caller_check.Spent, approvals.Spent):
        return Outrun()
    return Sent(recovery, addresses.parse(found.email.raw).masked)


def backing_of(wish: Wish, now: datetime) -> Backing:
    """What backs this wish now: an agreement, which used the check up, or the check itself."""
    if approval := approvals.granted(wish, now):
        return Backing(approval=approval)
    return Backing(caller_check.passed(Caller(wish.person, wish.operator, wish.tenant), now))


def end_old_password(found: Found) -> Change:
    """Begin to set a password that nobody knows: with it every session, ticket and temporary password ends."""
    ending = change.begin(found.account, digest.opaque_token())
    ending.reach_out()
    return ending


@dataclass(frozen=True)
class _Reset:
    """Everything that one reset is made of."""

    wish: Wish
    backing: Backing
    found: Found
    ending: Change | None


@transaction.atomic
def _write(reset: _Reset, now: datetime) -> Recovery:
    """Tickets are ended before the account's row is taken, as everywhere: else two would wait for each other."""
    wish, found = reset.wish, reset.found
    seize(reset.wish, reset.backing, now)
    desk.hold_account(found, now)
    recovery = desk.row_of_log(wish, reset.backing, found, now, state=Recovery.OPEN)
    epoch = found.account.credential_epoch
    found.account.credential_epoch = epoch + (1 if reset.ending else 0)  # the link lives under the new one
    recovery.channels = issuing.issue(Order(recovery, found, wish.tenant, now), ())
    if reset.ending:
        cause = Cause(actor=wish.actor, reason="compromised", source=wish.source)
        reset.ending.settle(now=now, cause=cause, epoch=epoch)
    rows.insert(recovery)
    sent_first_mail(wish.person)
    desk.record("reset.sent", wish, recovery, now)
    desk.tell(wish, reset.backing, now)
    return recovery


def seize(wish: Wish, backing: Backing, now: datetime) -> None:
    """Take what may be taken once; raises CapReached or Spent, which must end the transaction."""
    if backing.approval:
        approvals.spend(backing.approval, now)
    if backing.check:
        caller_check.spend(backing.check)
    desk.take_place(wish, now)


def sent_first_mail(person: Person) -> None:
    """Nothing is owed any more to somebody who was new (M3.8)."""
    Person.objects.filter(pk=person.pk, first_mail_due=True).update(first_mail_due=False)
