"""What a directory is to Keyturn. Each connector honours the methods it can and says so.

    DirectoryError
    ├── DirectoryUnreachable   no answer: says nothing about the password
    ├── PasswordRefused        the directory answered that it will not take this password
    └── CannotRestore          asked to put a password back, though `can_restore` is false

The outside world is called between two transactions, never inside one. A directory that keeps its passwords in
our own tables hashes in `prepare`, outside of any transaction, and writes in `write`, inside the caller's; a
remote one does its work in `reach_out`, between the two.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from keyturn.lib import hashing

if TYPE_CHECKING:
    from keyturn.directories.models import Account


class DirectoryError(Exception):
    """A directory could not do what was asked."""


class DirectoryUnreachable(DirectoryError):
    """The directory did not answer. Nothing is known about the password; try again later."""


class PasswordRefused(DirectoryError):
    """The directory answered that it will not take this password; the message says why."""


class CannotRestore(DirectoryError):
    """This directory cannot put an earlier password back."""


class Verdict(StrEnum):
    """What a directory (or a mailbox) says of a password. The third accuses nobody."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class NewPassword:
    """A password on its way into a directory: the text for a remote one, or the hash for our own tables."""

    text: str
    hash: str = ""

    def __repr__(self) -> str:
        return "NewPassword(…)"


class Directory(ABC):
    """A place where passwords live.

    `can_hold_pending`: keeps temporary passwords beside an untouched original (M0.4).
    `can_restore`: holds one password only, but can put the earlier one back.
    A directory with neither refuses the temporary-password mode, and the request log says why.
    """

    can_hold_pending = False
    can_restore = False

    @abstractmethod
    def verify(self, account: "Account | None", password: str) -> Verdict:
        """Whether this is the account's password. None costs the same as a wrong password."""

    def verify_beside(self, account: "Account | None", password: str, told: str) -> tuple[Verdict, bool]:
        """As `verify`, and whether it is the password that `hash_beside` made this PHC string of; empty: none."""
        return self.verify(account, password), bool(told) and hashing.verify(password, told)

    def hash_beside(self, account: "Account", password: str) -> str:
        """A PHC string that `verify_beside` compares with; slow, before any transaction."""
        return hashing.hash_password(password)

    @abstractmethod
    def prepare(self, password: str) -> NewPassword:
        """The slow part of setting a password, before any transaction."""

    @abstractmethod
    def reach_out(self, account: "Account", new: NewPassword) -> None:
        """Set the password in the world outside, between two transactions; nothing for our own tables.

        Raises DirectoryUnreachable or PasswordRefused. Doing it twice does no harm.
        """

    @abstractmethod
    def write(self, account: "Account", new: NewPassword) -> None:
        """Set the password in our own tables, inside the caller's transaction; nothing for a remote directory."""

    def restore(self, account: "Account") -> None:
        """Put back the password that the last `reach_out` replaced, between two transactions.

        Only where `can_restore`; otherwise raises CannotRestore. Doing it twice does no harm.
        """
        raise CannotRestore
