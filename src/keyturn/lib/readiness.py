"""Whether this installation can work at all: what `/readyz` answers and every command asks first."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from keyturn.lib import keys

HALFWAY = (
    "The database stands at a version before the first release from which no way leads here. Run `keyturn migrate` of"
    " commit 113a824 first, then of this version; nothing is lost."
)

_migrated = False  # once true it stays true for this process: code and tables do not drift apart while it runs


def problems() -> list[str]:
    """What is missing, one sentence each that says what to do; empty when everything is there."""
    return [*_database_problems(), *key_problems()]


def unapplied_migrations() -> list[str]:
    """Names of the migrations that the database still lacks; raises DatabaseError when it does not answer."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def stands_halfway() -> bool:
    """Whether some of what one migration replaces was applied, and some not.

    Django leaves such a migration out of its plan, and may then find nothing missing.
    """
    applied = MigrationRecorder(connection).applied_migrations()
    for migration in MigrationLoader(None).disk_migrations.values():
        if 0 < sum(name in applied for name in migration.replaces) < len(migration.replaces):
            return True
    return False


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
        if not _migrated and stands_halfway():
            return [HALFWAY]
        _migrated = _migrated or not unapplied_migrations()
    except DatabaseError as problem:
        return [f"The database does not answer ({type(problem).__name__}); see KEYTURN_DATABASE_URL."]
    return [] if _migrated else ["The database lacks tables of this version; run: keyturn migrate"]
