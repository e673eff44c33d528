"""A directory in this process's memory: stands for a remote one in tests, and can be told to fail as they do."""

import hmac
from uuid import UUID

from keyturn.directories.base import (
    CannotRestore,
    Directory,
    DirectoryUnreachable,
    NewPassword,
    PasswordRefused,
    Verdict,
)
from keyturn.directories.models import Account


class Memory(Directory):
    """Keeps each account's password and the one before it, and does its work in `reach_out` like a remote one.

    `is_reachable` and `refuses` are switches for tests; `refuses` holds the one text it will not take.
    """

    def __init__(self, *, can_hold_pending: bool = False, can_restore: bool = False):
        self.can_hold_pending = can_hold_pending
        self.can_restore = can_restore
        self.is_reachable = True
        self.refuses = ""
        self._kept: dict[UUID, tuple[str, ...]] = {}  # newest first; two at most

    def verify(self, account: Account | None, password: str) -> Verdict:
        """Compare in constant time."""
        if not self.is_reachable:
            return Verdict.UNREACHABLE
        current = self._kept.get(account.pk, ()) if account else ()
        is_same = hmac.compare_digest(_bytes(current[0] if current else ""), _bytes(password))
        return Verdict.ACCEPTED if is_same and current else Verdict.REJECTED

    def prepare(self, password: str) -> NewPassword:
        """Nothing slow to do."""
        return NewPassword(password)

    def reach_out(self, account: Account, new: NewPassword) -> None:
        """Set it; the same one again changes nothing, so that a repeated call keeps the earlier password."""
        self._answer()
        if new.text == self.refuses:
            raise PasswordRefused("this directory will not take it")
        before = self._kept.get(account.pk, ())
        if before[:1] != (new.text,):
            self._kept[account.pk] = (new.text, *before[:1])

    def write(self, account: Account, new: NewPassword) -> None:
        """Nothing: the password is not in our tables."""

    def restore(self, account: Account) -> None:
        """Put the one before back."""
        if not self.can_restore:
            raise CannotRestore
        self._answer()
        kept = self._kept.get(account.pk, ())
        self._kept[account.pk] = kept[-1:]

    def _answer(self) -> None:
        if not self.is_reachable:
            raise DirectoryUnreachable


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
