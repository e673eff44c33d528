"""`keyturn backup PATH`: a consistent copy of the embedded database, while everything runs."""

from argparse import Namespace
from pathlib import Path

from django.db import OperationalError, connection

from keyturn.cli.refusal import CommandRefused
from keyturn.lib import keys


def run(given: Namespace) -> int:
    """Copy by VACUUM INTO, which leaves out what was deleted. PostgreSQL has tools of its own."""
    path = Path(given.path)
    if connection.vendor != "sqlite":
        raise CommandRefused("The database is PostgreSQL; back it up with pg_dump, and the key files with it, apart")
    if path.exists():
        raise CommandRefused(f"{path} is there already; name a file that does not exist yet")
    if not path.parent.is_dir():
        raise CommandRefused(f"{path.parent} is no folder; make it first")
    try:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(path)])
    except OperationalError as problem:
        path.unlink(missing_ok=True)
        raise CommandRefused(f"{path} could not be written: {problem}") from problem
    print(f"Copied to {path}. Without the key files in {keys.folder()} it cannot be used: keep them, apart from it.")
    return 0
