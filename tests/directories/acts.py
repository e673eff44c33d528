"""What people do with a temporary password, without the session that access opens around it."""

from collections.abc import Set
from datetime import datetime
from uuid import UUID

from keyturn.directories import pending
from keyturn.directories.models import Account, TemporaryPassword


def try_use(
    account: Account | None, text: str, now: datetime, dead: Set[UUID] = frozenset()
) -> TemporaryPassword | None:
    """Compare and use: the one that was used, or None."""
    row = pending.fitting(account, text, now, dead)
    return row if row and account and pending.use(account, row, now) else None
