"""Letting time pass without waiting: every moment on record moves back."""

from contextlib import contextmanager

import psycopg

_ON_POSTGRESQL = """SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type = 'timestamp with time zone' ORDER BY 1"""
_ON_SQLITE = """SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c
    WHERE t.type = 'table' AND c.type = 'datetime' ORDER BY 1"""
_OF_NO_TENANT = {"limits_counter", "limits_delay"}
_LEFT = {"audit_event", "django_migrations"}  # the record is never edited


def let_pass(connection, tenant: str, minutes: int) -> None:
    """Make everything of a tenant, and every limit, older by so many minutes, in one transaction."""
    is_postgresql = isinstance(connection, psycopg.Connection)
    columns: dict[str, list[str]] = {}
    for table, column in connection.execute(_ON_POSTGRESQL if is_postgresql else _ON_SQLITE).fetchall():
        columns.setdefault(table, []).append(column)
    with _transaction(connection, "BEGIN" if is_postgresql else "BEGIN IMMEDIATE"):
        for table in _of_tenants(connection, columns, is_postgresql):
            earlier = ", ".join(f"{column} = {_minus(column, minutes, is_postgresql)}" for column in columns[table])
            where = "" if table in _OF_NO_TENANT else f" WHERE tenant_id = '{tenant}'"
            connection.execute(f"UPDATE {table} SET {earlier}{where}")


def _minus(column: str, minutes: int, is_postgresql: bool) -> str:
    if is_postgresql:
        return f"{column} - interval '{minutes} minutes'"
    return f"strftime('%Y-%m-%d %H:%M:%f', {column}, '-{minutes} minutes')"


def _of_tenants(connection, columns: dict[str, list[str]], is_postgresql: bool) -> list[str]:
    """The tables whose rows are a tenant's, and those of the limits."""
    having = "SELECT table_name FROM information_schema.columns WHERE column_name = 'tenant_id'"
    if not is_postgresql:
        having = "SELECT t.name FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE c.name = 'tenant_id'"
    tables = {name for (name,) in connection.execute(having).fetchall()} | _OF_NO_TENANT
    return sorted(tables & set(columns) - _LEFT)


@contextmanager
def _transaction(connection, beginning: str):
    """On SQLite one that reads first and writes then is turned away when somebody wrote in between."""
    connection.execute(beginning)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
