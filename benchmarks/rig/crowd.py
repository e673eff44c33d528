"""Tenants of any size in PostgreSQL, written by the database itself: a million people in minutes."""

import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rig import bulk

_STATEMENTS = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split(";\n")
_TABLES = [found[1] for one in _STATEMENTS if (found := re.search(r"^INSERT INTO (\w+)", one, re.MULTILINE))]
_WHOSE = """
    SELECT t.id, d.id FROM tenants_tenant t JOIN directories_registereddirectory d ON d.tenant_id = t.id
    WHERE t.slug = %s"""


@dataclass(frozen=True)
class Crowd:
    """How many people and events a tenant gets; their numbers follow on `first_number`, ten digits of a region."""

    slug: str
    people: int
    events: int
    first_number: int


def fill(url: str, crowds: list[Crowd]) -> None:
    """Write them all, then count the rows as the daemon would, so that they are planned for."""
    with bulk.bare(url, _TABLES):
        for crowd in crowds:
            _say(f"{crowd.slug}: {crowd.people:,} people")
            _write(url, crowd)
        _say("indexes and statistics")
    _say("filled")


def _write(url: str, crowd: Crowd) -> None:
    with bulk.connect(url) as connection:
        tenant, directory = connection.execute(_WHOSE, [crowd.slug]).fetchone()
        values = vars(crowd) | {"tenant": tenant, "directory": directory}
        connection.execute("DROP TABLE IF EXISTS crowd")
        for statement in _STATEMENTS[: -len(_TABLES)]:
            connection.execute(statement, values)
    bulk.each(url, _STATEMENTS[-len(_TABLES) :], values)


def _say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr)
