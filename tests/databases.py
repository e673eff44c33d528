"""The database of an installation that a test runs: of the kind that KEYTURN_DATABASE_URL names, and its own."""

import contextlib
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg


def is_postgresql() -> bool:
    """Whether this run is the one on PostgreSQL."""
    return os.environ.get("KEYTURN_DATABASE_URL", "").startswith("postgres")


@contextlib.contextmanager
def fresh(folder: Path, like: str = "") -> Iterator[str]:
    """The address of an empty database, or of a copy of an idle one; on PostgreSQL it is dropped at the end."""
    if not is_postgresql():
        path = folder / "keyturn.sqlite3"
        if like:
            shutil.copy(like.removeprefix("sqlite:///"), path)
        yield f"sqlite:///{path}"
        return
    name = f"keyturn_{secrets.token_hex(6)}"
    template = f' TEMPLATE "{urlsplit(like).path[1:]}"' if like else ""
    given = os.environ["KEYTURN_DATABASE_URL"]
    server = urlsplit(given)._replace(path="/postgres").geturl()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"{template}')
    try:
        yield urlsplit(given)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextlib.contextmanager
def connect(url: str):
    """A connection past every wall, in which each statement is a transaction of its own."""
    if url.startswith("sqlite"):
        path = url.removeprefix("sqlite:///")
        with contextlib.closing(sqlite3.connect(path, timeout=20, isolation_level=None)) as connection:
            yield connection
    else:
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection


def dump(url: str) -> bytes:
    """All of it, as its file or as text of every table."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        return b"".join(part.read_bytes() for part in sorted(path.parent.glob(f"{path.name}*")))
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        return b"".join(_copy(cursor, name) for (name,) in cursor.fetchall())


def _copy(cursor: psycopg.Cursor, table: str) -> bytes:
    with cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
        return b"".join(bytes(row) for row in rows)
