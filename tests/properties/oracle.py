"""What must work now, read from the rows: the model knows who holds a secret, the rows know whether it counts."""

from datetime import datetime

from tests.properties.people import Link, Temporary
from tests.properties.stage import Stage

_ALIVE = """SELECT 1 FROM recovery_ticket t JOIN directories_account a ON a.id = t.account_id
    WHERE t.selector = '{selector}' AND t.state IN ('open', 'redeeming') AND t.attempts < t.max_attempts
    AND t.expires_at > {now} AND a.credential_epoch = t.credential_epoch"""
_HELD = """SELECT 1 FROM recovery_ticket
    WHERE selector = '{selector}' AND state = 'redeeming' AND lease_until > {now}"""
_LIVE = """SELECT 1 FROM directories_temporarypassword p JOIN outbox_message m ON m.id = p.message_id
    JOIN directories_account a ON a.id = p.account_id
    WHERE m.header_id = '{message}' AND m.state NOT IN ('bounced', 'failed', 'expired', 'cancelled')
    AND p.state = 'live' AND p.expires_at > {now} AND p.attempts < 100 AND a.credential_epoch = p.credential_epoch"""
_TRIES = "SELECT coalesce(sum(attempts), 0) FROM recovery_ticket WHERE tenant_id = '{tenant}'"
_EPOCH = "SELECT credential_epoch FROM directories_account WHERE tenant_id = '{tenant}' AND login = '{login}'"


def link_counts(stage: Stage, link: Link) -> bool | None:
    """Whether this link must work, whoever holds it. None: somebody may be at work on it at this moment."""
    about = {"selector": link.token[:16], "now": _literal(stage.now())}
    if not stage.is_still() or stage.rows(_HELD.format(**about)):
        return None
    return bool(stage.rows(_ALIVE.format(**about)))


def temporary_counts(stage: Stage, temporary: Temporary) -> bool | None:
    """The same of a temporary password."""
    about = {"message": temporary.message_id, "now": _literal(stage.now())}
    return bool(stage.rows(_LIVE.format(**about))) if stage.is_still() else None


def tries(stage: Stage) -> int:
    """How many guesses were counted in this tenant."""
    return stage.rows(_TRIES.format(tenant=stage.tenant))[0][0]


def epoch(stage: Stage, login: str) -> int:
    """How often the password was changed."""
    return stage.rows(_EPOCH.format(tenant=stage.tenant, login=login))[0][0]


def _literal(moment: datetime) -> str:
    return f"'{moment:%Y-%m-%d %H:%M:%S.%f}+00:00'"
