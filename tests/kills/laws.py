"""The invariants of recovery as questions to the database: whatever a query finds breaks the law that names it."""

from tests.installation import Installation

_WAITING = "('queued', 'sending', 'retrying')"
_TOLD = "purpose = 'password_changed' AND channel = 'email'"

LAWS = {
    "no more tries than allowed": "SELECT selector AS what FROM recovery_ticket WHERE attempts > max_attempts",
    "one live ticket an account": """
        SELECT account_id AS what FROM recovery_ticket WHERE state IN ('open', 'redeeming')
        GROUP BY account_id, purpose HAVING count(*) > 1""",
    "one live temporary password an account and channel": """
        SELECT account_id AS what FROM directories_temporarypassword WHERE state = 'live'
        GROUP BY account_id, channel HAVING count(*) > 1""",
    "one recovery an intake and tenant": """
        SELECT intake_id AS what FROM recovery_recovery WHERE intake_id IS NOT NULL
        GROUP BY tenant_id, intake_id HAVING count(*) > 1""",
    "a message keeps its secret while it waits and no longer": f"""
        SELECT id AS what FROM outbox_message WHERE (sealed IS NULL) = (state IN {_WAITING})""",
    "a message is due while it waits and no longer": f"""
        SELECT id AS what FROM outbox_message WHERE (due_at IS NULL) = (state IN {_WAITING})""",
    "an intake keeps its claim until it is resolved and no longer": """
        SELECT id AS what FROM recovery_intake WHERE (sealed_claim IS NULL) <> (resolved_at IS NOT NULL)""",
    "a refusal has its reason": "SELECT id AS what FROM recovery_recovery WHERE state = 'refused' AND reason = ''",
    "a ticket belongs to a recovery of the same fate": """
        SELECT t.id AS what FROM recovery_ticket t JOIN recovery_recovery r ON r.id = t.recovery_id
        WHERE (t.state = 'redeemed') <> (r.state = 'completed')""",
    "no row of one tenant refers to another's": """
        SELECT t.id AS what FROM recovery_ticket t JOIN directories_account a ON a.id = t.account_id
        WHERE a.tenant_id <> t.tenant_id
        UNION SELECT m.id AS what FROM outbox_message m JOIN people_person p ON p.id = m.person_id
        WHERE p.tenant_id <> m.tenant_id
        UNION SELECT m.id AS what FROM outbox_message m JOIN people_address d ON d.id = m.address_id
        WHERE d.tenant_id <> m.tenant_id
        UNION SELECT s.id AS what FROM access_session s JOIN directories_account a ON a.id = s.account_id
        WHERE a.tenant_id <> s.tenant_id""",
    "every change is told to every email on record": f"""
        SELECT a.login AS what FROM directories_account a WHERE
        (SELECT count(*) FROM outbox_message m WHERE m.person_id = a.person_id AND {_TOLD})
        <> a.credential_epoch * (SELECT count(*) FROM people_address d
                                 WHERE d.person_id = a.person_id AND d.kind = 'email')""",
    "every change is audited": """
        SELECT 1 AS what WHERE (SELECT sum(credential_epoch) FROM directories_account)
        <> (SELECT count(*) FROM audit_event WHERE action = 'password.changed')""",
}


def broken(keyturn: Installation) -> list[tuple[str, str]]:
    """The laws that do not hold, each with what broke it. One statement, so that all look at the same moment."""
    return keyturn.rows(" UNION ALL ".join(_named(law, query) for law, query in LAWS.items()))


def _named(law: str, query: str) -> str:
    name = law.replace("'", "''")
    return f"SELECT '{name}', CAST(found.what AS TEXT) FROM ({query}) AS found"
