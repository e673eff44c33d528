"""What a command reads before it begins: no library that it has nothing to do with, for each takes its time."""

import subprocess
import sys

from tests import databases

_HEAVY = {"psycopg", "requests", "anymail.exceptions"}
_PROGRAM = """
import sys
from keyturn.cli import main
try:
    main.main(["check"])
finally:
    print(*sys.modules, file=sys.stderr)
"""


def test_a_command_reads_only_the_driver_of_its_database(migrated_machine):
    command = [sys.executable, "-c", _PROGRAM]
    done = subprocess.run(command, env=migrated_machine.environment, capture_output=True, text=True, timeout=60)
    read = set(done.stderr.split())
    assert "keyturn.outbox.transports" in read
    assert read & _HEAVY == ({"psycopg"} if databases.is_postgresql() else set())
