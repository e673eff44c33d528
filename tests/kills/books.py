"""The accounts of a change of password: what the database says of it in several places must say the same."""

from dataclasses import dataclass
from uuid import UUID

from tests.installation import Installation

ADDRESSES = 2  # everybody here has a main address and another; both are told


@dataclass(frozen=True)
class Books:
    """How often the password was changed, counted in every place that knows; read in one statement."""

    epoch: int
    redeemed: int
    completed: int
    changed_audited: int
    completed_audited: int
    notices: int
    hash: str

    def changes_since(self, before: "Books") -> int | None:
        """How often it was changed since; None when the places do not agree: a kill has torn something."""
        counts = {
            self.epoch - before.epoch,
            self.redeemed - before.redeemed,
            self.completed - before.completed,
            self.changed_audited - before.changed_audited,
            self.completed_audited - before.completed_audited,
            (self.notices - before.notices) / ADDRESSES,
            int(self.hash != before.hash),
        }
        return self.epoch - before.epoch if len(counts) == 1 else None


def of(keyturn: Installation, identifier: str) -> Books:
    """The books of one person of Movers."""
    account = _account(keyturn, identifier)
    subject = f"person:{UUID(str(account.person))}"
    counts = ", ".join(
        f"(SELECT count(*) FROM {where})"
        for where in (
            f"recovery_ticket WHERE account_id = '{account.id}' AND state = 'redeemed'",
            f"recovery_recovery WHERE account_id = '{account.id}' AND state = 'completed'",
            f"audit_event WHERE subject = '{subject}' AND action = 'password.changed'",
            f"audit_event WHERE subject = '{subject}' AND action = 'recovery.completed'",
            f"outbox_message WHERE person_id = '{account.person}' AND purpose = 'password_changed'",
        )
    )
    stored = "directories_storedpassword ON directories_storedpassword.account_id = directories_account.id"
    [(epoch, hash_, *counted)] = keyturn.rows(
        f"SELECT credential_epoch, hash, {counts} FROM directories_account JOIN {stored} "
        f"WHERE directories_account.id = '{account.id}'"
    )
    return Books(epoch, *counted, hash=hash_)


@dataclass(frozen=True)
class _Account:
    id: str
    person: str


def _account(keyturn: Installation, identifier: str) -> _Account:
    of_movers = "tenant_id = (SELECT id FROM tenants_tenant WHERE slug = 'movers')"
    where = f"login_key = '{identifier}' AND {of_movers}"
    [(key, person)] = keyturn.rows(f"SELECT id, person_id FROM directories_account WHERE {where}")
    return _Account(key, person)
