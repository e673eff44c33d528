"""The invariants of recovery as questions to the database: whatever a query finds breaks the law that names it.

Every question is about one tenant, `{tenant}`. `tests/properties/story.py` asks them after every step.
"""

_WAITING = "('queued', 'sending', 'retrying')"
_TOLD = "purpose = 'password_changed' AND channel = 'email'"
_LEAVING = "'recovery.opened', 'recovery.refused'"

LAWS = {
    "no more tries than allowed": """
        SELECT selector AS what FROM recovery_ticket WHERE tenant_id = {tenant} AND attempts > max_attempts""",
    "one live ticket an account": """
        SELECT account_id AS what FROM recovery_ticket WHERE tenant_id = {tenant} AND state IN ('open', 'redeeming')
        GROUP BY account_id, purpose HAVING count(*) > 1""",
    "one live temporary password an account and channel": """
        SELECT account_id AS what FROM directories_temporarypassword WHERE tenant_id = {tenant} AND state = 'live'
        GROUP BY account_id, channel HAVING count(*) > 1""",
    "one recovery an intake": """
        SELECT intake_id AS what FROM recovery_recovery WHERE tenant_id = {tenant} AND intake_id IS NOT NULL
        GROUP BY intake_id HAVING count(*) > 1""",
    "a message keeps its secret while it waits and no longer": f"""
        SELECT id AS what FROM outbox_message
        WHERE tenant_id = {{tenant}} AND (sealed IS NULL) = (state IN {_WAITING})""",
    "a message is due while it waits and no longer": f"""
        SELECT id AS what FROM outbox_message
        WHERE tenant_id = {{tenant}} AND (due_at IS NULL) = (state IN {_WAITING})""",
    "nothing is handed over after its deadline": """
        SELECT m.id AS what FROM outbox_message m JOIN outbox_attempt a ON a.message_id = m.id
        WHERE m.tenant_id = {tenant} AND a.at > m.deadline""",
    "an intake keeps its claim until it is resolved and no longer": """
        SELECT id AS what FROM recovery_intake
        WHERE tenant_id = {tenant} AND (sealed_claim IS NULL) <> (resolved_at IS NOT NULL)""",
    "a refusal has its reason and the one rule that refused": """
        SELECT id AS what FROM recovery_recovery WHERE tenant_id = {tenant} AND state = 'refused' AND (reason = ''
        OR length(CAST(rules AS TEXT)) - length(replace(CAST(rules AS TEXT), '"refused"', '')) <> 9)""",
    "a ticket belongs to a recovery of the same fate": """
        SELECT t.id AS what FROM recovery_ticket t JOIN recovery_recovery r ON r.id = t.recovery_id
        WHERE t.tenant_id = {tenant} AND (t.state = 'redeemed') <> (r.state = 'completed')""",
    "no row of one tenant refers to another's": """
        SELECT t.id AS what FROM recovery_ticket t JOIN directories_account a ON a.id = t.account_id
        WHERE t.tenant_id = {tenant} AND a.tenant_id <> t.tenant_id
        UNION SELECT m.id AS what FROM outbox_message m JOIN people_person p ON p.id = m.person_id
        WHERE m.tenant_id = {tenant} AND p.tenant_id <> m.tenant_id
        UNION SELECT m.id AS what FROM outbox_message m JOIN people_address d ON d.id = m.address_id
        WHERE m.tenant_id = {tenant} AND d.tenant_id <> m.tenant_id
        UNION SELECT s.id AS what FROM access_session s JOIN directories_account a ON a.id = s.account_id
        WHERE s.tenant_id = {tenant} AND a.tenant_id <> s.tenant_id""",
    "every change is told to every email on record": f"""
        SELECT a.login AS what FROM directories_account a WHERE a.tenant_id = {{tenant}} AND
        (SELECT count(*) FROM outbox_message m
         WHERE m.tenant_id = {{tenant}} AND m.person_id = a.person_id AND {_TOLD})
        <> a.credential_epoch * (SELECT count(*) FROM people_address d WHERE d.tenant_id = {{tenant}}
                                 AND d.person_id = a.person_id AND d.kind = 'email')""",
    "every change is audited": """
        SELECT 1 AS what WHERE
        (SELECT sum(credential_epoch) FROM directories_account WHERE tenant_id = {tenant})
        <> (SELECT count(*) FROM audit_event WHERE tenant_id = {tenant} AND action = 'password.changed')""",
    "every recovery is audited": f"""
        SELECT 1 AS what WHERE (SELECT count(*) FROM recovery_recovery WHERE tenant_id = {{tenant}})
        <> (SELECT count(*) FROM audit_event WHERE tenant_id = {{tenant}} AND action IN ({_LEAVING}))""",
}
_PASSWORDS = """SELECT a.login, a.credential_epoch, p.hash FROM directories_account a
    JOIN directories_storedpassword p ON p.account_id = a.id WHERE a.tenant_id = {tenant}"""
_ENDED = """SELECT id FROM recovery_ticket WHERE tenant_id = {tenant} AND state NOT IN ('open', 'redeeming')
    UNION ALL SELECT id FROM directories_temporarypassword WHERE tenant_id = {tenant} AND state <> 'live'"""


def broken(tenant: str) -> str:
    """The statement that finds the laws which do not hold, each with what broke it: all of them at one moment."""
    return " UNION ALL ".join(_named(law, query) for law, query in LAWS.items()).format(tenant=f"'{tenant}'")


def passwords(tenant: str) -> str:
    """The statement for the login, the credential epoch and the hash of every account."""
    return _PASSWORDS.format(tenant=f"'{tenant}'")


def ended(tenant: str) -> str:
    """The statement for every ticket and temporary password that is over: none of them may come back to life."""
    return _ENDED.format(tenant=f"'{tenant}'")


def _named(law: str, query: str) -> str:
    name = law.replace("'", "''")
    return f"SELECT '{name}', CAST(found.what AS TEXT) FROM ({query}) AS found"
