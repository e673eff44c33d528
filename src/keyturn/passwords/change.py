"""Changing a password: every one, from whichever door, ends here.

    change = begin(account, text)           hashes; outside of any transaction
    change.reach_out()                      a remote directory; between two transactions
    with transaction.atomic():
        change.settle(now=now, cause=Cause(…), epoch=…)

What settles it is one UPDATE that raises the account's epoch by one. Of any number of changes that began under
the same epoch one settles; every session, ticket and temporary password of an older epoch is dead from then on.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F

from keyturn.audit import events
from keyturn.directories import pending, registry
from keyturn.directories.base import Directory, NewPassword
from keyturn.directories.models import Account
from keyturn.outbox import posting, purposes
from keyturn.people import queries
from keyturn.tenants import prepared


class EpochMoved(Exception):
    """The password was changed by somebody else since this change began; nothing was written."""


@dataclass(frozen=True)
class Cause:
    """Who changed it, why, and from which network source; for the audit."""

    actor: str
    reason: str
    source: str = ""


@dataclass(frozen=True)
class Change:
    """A judged password on its way into the directory of its account."""

    account: Account
    directory: Directory
    new: NewPassword = field(repr=False)

    def reach_out(self) -> None:
        """Set it in the world outside; raises DirectoryUnreachable or PasswordRefused. Twice does no harm."""
        self.directory.reach_out(self.account, self.new)

    def settle(self, *, now: datetime, cause: Cause, epoch: int) -> None:
        """Write it, end the temporary passwords, queue the notices, and audit: inside the caller's transaction.

        `epoch` is the account's credential epoch under which the right to change it was given; raises EpochMoved
        when it is no longer that.
        """
        self._raise_epoch(now, epoch)
        self.directory.write(self.account, self.new)
        posting.call_back(self._end_temporary_passwords(now), now)
        person = self.account.person
        addresses = queries.notice_addresses(person)
        posting.post_notice(purposes.PASSWORD_CHANGED, addresses, person=person, now=now)
        who = {"actor": cause.actor, "source": cause.source, "reason": cause.reason}
        events.record("password.changed", at=now, subject=f"person:{person.pk}", **who)

    def _raise_epoch(self, now: datetime, epoch: int) -> None:
        if _raise_epoch(id=self.account.pk, epoch=epoch, now=now) != 1:
            raise EpochMoved

    def _end_temporary_passwords(self, now: datetime) -> list:
        pending.all_replaced(self.account, now)
        return pending.cancel(self.account, now, "password_changed")


@prepared.update
def _raise_epoch(id, epoch, now):
    expected = Account.objects.filter(pk=id, credential_epoch=epoch)
    return expected, {"credential_epoch": F("credential_epoch") + 1, "password_changed_at": now}


def begin(account: Account, text: str) -> Change:
    """Start a change with a password that was judged acceptable. Slow: hashes. Not in a transaction."""
    directory = registry.connect(account.directory.kind)
    return Change(account, directory, directory.prepare(text))
