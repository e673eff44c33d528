"""PostgreSQL's side of the wall: roles that cannot bypass row-level security, and a policy on every table.

`keyturn migrate` raises the walls after each migration; doing it again changes nothing. Two things pass: the
routing table, which belongs to no tenant, and the worker's claiming of due rows, which sees the rows of waiting
tables while no tenant is set.
"""

from django.apps import apps
from django.db import ProgrammingError, connection, transaction

from keyturn.lib.database_url import ROLES
from keyturn.lib.leases import Leased
from keyturn.tenants import audit_guard
from keyturn.tenants.scope import TenantModel

_TENANT = "tenant_id = nullif(current_setting('keyturn.tenant', true), '')::uuid"
_NO_TENANT = "coalesce(current_setting('keyturn.tenant', true), '') = ''"


class RolesRefused(Exception):
    """The database user may not make or take the roles. Run once as a superuser, leaving out what is there: \
CREATE ROLE keyturn_web NOLOGIN; CREATE ROLE keyturn_worker NOLOGIN; \
GRANT keyturn_web, keyturn_worker TO <the user of KEYTURN_DATABASE_URL>; then: keyturn migrate"""


def raise_walls() -> None:
    """Make roles, grants and policies; does nothing on a database that has no roles."""
    if connection.vendor != "postgresql":
        return
    with transaction.atomic(), connection.cursor() as cursor:
        for role in ROLES.values():
            _make_role(cursor, role)
        for role in ROLES.values():
            cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
            cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
            cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
        for model in apps.get_models():
            if issubclass(model, TenantModel):
                _wall(cursor, model)
        audit_guard.raise_guard(cursor)


def _make_role(cursor, role: str) -> None:
    """Make it where there is none, and let ourselves lower to it; raises RolesRefused where we may not."""
    lowering = "SET" if connection.pg_version >= 160000 else "MEMBER"  # since 16 being a member is not enough
    try:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if not cursor.fetchone():
            cursor.execute(f"CREATE ROLE {role} NOLOGIN NOBYPASSRLS")
        cursor.execute("SELECT pg_has_role(current_user, %s, %s)", [role, lowering])
        if not cursor.fetchone()[0]:
            cursor.execute(f"GRANT {role} TO CURRENT_USER")
    except ProgrammingError as problem:  # this user makes no roles, or another installation's user made them
        raise RolesRefused(RolesRefused.__doc__) from problem


def _wall(cursor, model: type[TenantModel]) -> None:
    table = model._meta.db_table
    cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    cursor.execute(f"DROP POLICY IF EXISTS tenant_wall ON {table}")
    cursor.execute(f"CREATE POLICY tenant_wall ON {table} USING ({_TENANT}) WITH CHECK ({_TENANT})")
    if issubclass(model, Leased):
        cursor.execute(f"DROP POLICY IF EXISTS claiming ON {table}")
        cursor.execute(f"CREATE POLICY claiming ON {table} TO {ROLES['worker']} USING ({_NO_TENANT})")
