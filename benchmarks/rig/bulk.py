"""Filling tables fast: without their indexes and constraints, which are made again at the end as they were."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg

_AT_ONCE = 4
_CONSTRAINTS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid), contype::text
    FROM pg_constraint
    WHERE contype IN ('p', 'u', 'f') AND (conrelid = ANY(%s::regclass[]) OR confrelid = ANY(%s::regclass[]))
    ORDER BY contype = 'f' DESC"""
_INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
    FROM pg_index
    WHERE indrelid = ANY(%s::regclass[])
      AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))"""


def connect(url: str) -> psycopg.Connection:
    """A connection with memory to sort in, which puts values into the text of statements."""
    options = "-c maintenance_work_mem=512MB -c work_mem=256MB"
    return psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor, options=options)


def each(url: str, statements: Iterable[str], values: dict | None = None) -> None:
    """Run statements that do not need each other, some at a time, each on a connection of its own."""

    def run(statement: str) -> None:
        with connect(url) as connection:
            connection.execute(statement, values)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(run, statements))


@contextmanager
def bare(url: str, tables: Iterable[str]) -> Iterator[None]:
    """Within, these tables have no indexes and no keys; afterwards all of them, and statistics. Rows that break a
    unique rule are found then; a foreign key holds for rows to come and does not look through those that are there.
    """
    names = list(tables)
    with connect(url) as connection:
        constraints = connection.execute(_CONSTRAINTS, [names, names]).fetchall()
        indexes = connection.execute(_INDEXES, [names]).fetchall()
        for table, name, _rule, _kind in constraints:
            connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for name, _rule in indexes:
            connection.execute(f"DROP INDEX {name}")
    yield
    added = {kind: [] for kind in "puf"}
    for table, name, rule, kind in constraints:
        added[kind].append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule}")
    each(url, [*added["p"], *added["u"], *(rule for _name, rule in indexes)])
    each(url, [f"{foreign} NOT VALID" for foreign in added["f"]])
    each(url, [f"VACUUM ANALYZE {name}" for name in names])
