"""What every command asks before it starts: does the database answer, is it migrated, are keys there, is it safe."""

from pathlib import Path

from django.db import connection

from keyturn import checks
from keyturn.cli.refusal import CommandRefused
from keyturn.lib import readiness

_PATIENCE = 5  # seconds for the first connection


def refuse_unless_ready() -> None:
    """Raise CommandRefused with everything that stands in the way."""
    reach_database()
    problems = readiness.problems()
    if not problems:  # the checks read tables, so they come second
        problems = [problem.sentence for problem in checks.run() if problem.is_broken]
    if problems:
        raise CommandRefused("\n         ".join(problems))


def reach_database() -> None:
    """Raise CommandRefused when there is no database to talk to, without waiting for a pool to give up."""
    if connection.vendor == "sqlite":
        if not Path(connection.settings_dict["NAME"]).exists():
            raise CommandRefused(f"There is no database at {connection.settings_dict['NAME']}; run: keyturn migrate")
        return
    driver = connection.Database  # which only those read who have such a database
    try:
        driver.connect(**{"connect_timeout": _PATIENCE, **connection.get_connection_params()}).close()
    except driver.OperationalError as problem:
        raise CommandRefused(_said(problem)) from problem


def _said(problem: Exception) -> str:
    words = " ".join(str(problem).split())
    if "role" in words and "keyturn_" in words:
        return "The database has no Keyturn roles yet; run: keyturn migrate"
    return f"The database does not answer; see KEYTURN_DATABASE_URL. It said: {words}"
