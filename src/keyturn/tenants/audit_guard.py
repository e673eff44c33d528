"""PostgreSQL's guard over the audit: our own programs add to it, and nobody of them edits or cuts it.

Events        both may add; the worker may write the two columns that close the chain, and delete what lies before
              the anchor of its tenant's head, which is what retention removed
Heads         the web process reads them; the worker makes one and moves it, and a trigger lets it move forward only,
              and its anchor only to an event that is older than the tenant keeps
The owner of the tables may lift all of it; what gives that away stands in docs/audit.md.
"""

from keyturn.lib.database_url import ROLES

_WEB, _WORKER = ROLES["web"], ROLES["worker"]

_GRANTS = (
    f"REVOKE UPDATE, DELETE ON audit_event FROM {_WEB}, {_WORKER}",
    f"GRANT UPDATE (position, chain), DELETE ON audit_event TO {_WORKER}",
    f"REVOKE INSERT, UPDATE, DELETE ON audit_head FROM {_WEB}",
    f"REVOKE DELETE ON audit_head FROM {_WORKER}",
)

_ONLY_BEFORE_THE_ANCHOR = (
    "DROP POLICY IF EXISTS retention ON audit_event",
    """
    CREATE POLICY retention ON audit_event AS RESTRICTIVE FOR DELETE USING (
        position <= (SELECT h.anchor_position FROM audit_head h WHERE h.tenant_id = audit_event.tenant_id))""",
)

_FORWARD_ONLY = (
    """
    CREATE OR REPLACE FUNCTION audit_head_moves_forward() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.id <> OLD.id OR NEW.tenant_id <> OLD.tenant_id
           OR NEW.length < OLD.length
           OR (NEW.length = OLD.length AND NEW.link <> OLD.link)
           OR NEW.anchor_position < OLD.anchor_position
           OR NEW.anchor_position > NEW.length
           OR (NEW.anchor_position = OLD.anchor_position AND NEW.anchor_link <> OLD.anchor_link) THEN
            RAISE EXCEPTION 'the head of an audit chain moves forward only';
        END IF;
        IF NEW.anchor_position > OLD.anchor_position THEN
            IF NOT EXISTS (
                SELECT 1 FROM audit_event e JOIN tenants_tenant t ON t.id = e.tenant_id
                WHERE e.tenant_id = NEW.tenant_id AND e.position = NEW.anchor_position AND e.chain = NEW.anchor_link
                  AND t.keep_audit_days > 0 AND e.at < clock_timestamp() - t.keep_audit_days * interval '1 day') THEN
                RAISE EXCEPTION 'audit events stay for as long as their tenant keeps them';
            END IF;
        END IF;
        RETURN NEW;
    END $$""",
    "DROP TRIGGER IF EXISTS forward_only ON audit_head",
    """
    CREATE TRIGGER forward_only BEFORE UPDATE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION audit_head_moves_forward()""",
)


def raise_guard(cursor) -> None:
    """Make grants, policy and trigger anew, after the walls; doing it again changes nothing."""
    for statement in (*_GRANTS, *_ONLY_BEFORE_THE_ANCHOR, *_FORWARD_ONLY):
        cursor.execute(statement)
