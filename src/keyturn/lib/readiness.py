"""Whether this installation can work at all: what `/readyz` answers and every command asks first."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from keyturn.lib import keys

_migrated = False  # once true it stays true for this process: code and tables do not drift apart while it runs


def problems() -> list[str]:
    """What is missing, one sentence each that says what to do; empty when everything is there."""
    return [*_database_problems(), *key_problems()]


def unapplied_migrations() -> list[str]:
    """Names of the migrations that the database still lacks; raises DatabaseError when it does not answer."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def key_problems() -> list[str]:
    """What is wrong with the key files that this process needs."""
    try:
        keys.web()
        if settings.KEYTURN_PROCESS != "web":
            keys.worker()
    except (keys.KeysMissing, keys.KeysUnsafe) as problem:
        return [str(problem)]
    except (OSError, ValueError, KeyError) as problem:
        return [f"The key files in {keys.folder()} cannot be read ({type(problem).__name__}); restore them."]
    return []


def _database_problems() -> list[str]:
    global _migrated
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        _migrated = _migrated or not unapplied_migrations()
    except DatabaseError as problem:
        return [f"The database does not answer ({type(problem).__name__}); see KEYTURN_DATABASE_URL."]
    return [] if _migrated else ["The database lacks tables of this version; run: keyturn migrate"]
