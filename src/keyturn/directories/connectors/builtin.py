"""Keyturn's own directory: Argon2id hashes in our own table, temporary passwords beside them."""

from uuid import UUID

from keyturn.directories.base import Directory, NewPassword, Verdict
from keyturn.directories.models import Account, StoredPassword
from keyturn.lib import hashing
from keyturn.tenants import prepared

_NOBODY = UUID(int=0)


class Builtin(Directory):
    """Holds one hash an account; never unreachable, since it lives where everything else lives."""

    can_hold_pending = True

    def verify(self, account: Account | None, password: str) -> Verdict:
        """One statement and one hash, whether there is an account, a password, or neither."""
        return self.verify_beside(account, password, "")[0]

    def verify_beside(self, account: Account | None, password: str, told: str) -> tuple[Verdict, bool]:
        """Still one statement and one hash: the told password has the salt of the one it stands beside."""
        whose = account.pk if account else _NOBODY
        (stored,) = _hash(account_id=whose) or ("",)
        fits, fits_told = hashing.verify_both(password, stored, told)
        if not fits:
            return Verdict.REJECTED, fits_told
        if hashing.needs_rehash(stored):
            self._renew(whose, password, stored)
        return Verdict.ACCEPTED, fits_told

    def hash_beside(self, account: Account, password: str) -> str:
        """Under the salt of the account's own password, where it has one."""
        (stored,) = _hash(account_id=account.pk) or ("",)
        return hashing.hash_beside(password, stored)

    def _renew(self, whose: UUID, password: str, outdated: str) -> None:
        """Hash the same password under today's KEYTURN_ARGON2, unless it was changed in this very moment.

        Otherwise a raised cost reaches nobody who is on record, and the time of a wrong password tells who is.
        """
        mine = StoredPassword.objects.filter(account_id=whose, hash=outdated)
        mine.update(hash=hashing.hash_password(password))

    def prepare(self, password: str) -> NewPassword:
        """Hash it; the text is not kept."""
        return NewPassword(text="", hash=hashing.hash_password(password))

    def reach_out(self, account: Account, new: NewPassword) -> None:
        """Nothing: there is no world outside."""

    def write(self, account: Account, new: NewPassword) -> None:
        """A first password and a later one are the same thing; the caller holds the account's row."""
        if not _replace(account_id=account.pk, hash=new.hash):
            StoredPassword.objects.create(account=account, hash=new.hash)


@prepared.one
def _hash(account_id):
    return StoredPassword.objects.filter(account_id=account_id).values_list("hash")


@prepared.update
def _replace(account_id, hash):
    return StoredPassword.objects.filter(account_id=account_id), {"hash": hash}
