"""`keyturn migrate`: tables of this version; on an empty database also key files, on PostgreSQL also roles."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from keyturn.cli import gate
from keyturn.cli.refusal import CommandRefused
from keyturn.lib import keys, readiness
from keyturn.tenants import walls

_LOCK = 7_103_771  # any number; two who migrate at once take turns


def run(_given: Namespace) -> int:
    """Bring the database up to this version. Doing it again changes nothing."""
    _make_place()
    with _alone():
        if readiness.stands_halfway():
            raise CommandRefused(readiness.HALFWAY)
        _keep_or_make_keys()
        missing = readiness.unapplied_migrations()
        call_command("migrate", interactive=False, verbosity=0)
        try:
            walls.raise_walls()
        except walls.RolesRefused as problem:
            raise CommandRefused(str(problem)) from problem
    print(f"The database is up to date ({len(missing)} migrations applied).")
    return 0


def _make_place() -> None:
    if connection.vendor == "sqlite":
        Path(connection.settings_dict["NAME"]).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    else:
        gate.reach_database()


def _keep_or_make_keys() -> None:
    if keys.exist():
        for problem in readiness.key_problems():
            raise CommandRefused(problem)
        return
    if connection.introspection.table_names():
        raise CommandRefused(
            f"The database is not empty, but the key files in {keys.folder()} are missing: what it holds cannot be"
            " read without them. Restore them from your backup, or set KEYTURN_DATA to where they are."
        )
    try:
        keys.create()
    except FileExistsError as problem:
        raise CommandRefused(f"{problem.filename} is there, but the other key file is not; restore it.") from problem
    keys.forget()
    print(f"Made key files in {keys.folder()}. Back them up, apart from the database.")


@contextmanager
def _alone() -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            yield
        finally:
            if not connection.needs_rollback:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
