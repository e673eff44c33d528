"""Keyturn's own directory: Argon2id hashes in our own table, temporary passwords beside them."""

from uuid import UUID

from keyturn.directories.base import Directory, NewPassword, Verdict
from keyturn.directories.models import Account, StoredPassword
from keyturn.lib import hashing

_NOBODY = UUID(int=0)


class Builtin(Directory):
    """Holds one hash an account; never unreachable, since it lives where everything else lives."""

    can_hold_pending = True

    def verify(self, account: Account | None, password: str) -> Verdict:
        """One statement and one hash, whether there is an account, a password, or neither."""
        whose = account.pk if account else _NOBODY
        stored = StoredPassword.objects.filter(account_id=whose).values_list("hash", flat=True).first()
        if stored is None:
            hashing.waste()
            return Verdict.REJECTED
        return Verdict.ACCEPTED if hashing.verify(password, stored) else Verdict.REJECTED

    def prepare(self, password: str) -> NewPassword:
        """Hash it; the text is not kept."""
        return NewPassword(text="", hash=hashing.hash_password(password))

    def reach_out(self, account: Account, new: NewPassword) -> None:
        """Nothing: there is no world outside."""

    def write(self, account: Account, new: NewPassword) -> None:
        """One upsert, so that a first password and a later one are the same thing."""
        StoredPassword.objects.bulk_create(
            [StoredPassword(account=account, hash=new.hash)],
            update_conflicts=True,
            unique_fields=["account"],
            update_fields=["hash"],
        )
