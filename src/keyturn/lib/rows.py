"""Writing rows: an INSERT or UPDATE whose text is made once for each model and set of columns."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model


def insert(row: Model) -> None:
    """What `save(force_insert=True)` does, at a fifth of its cost: there are no signals here and no parent tables."""
    database = connections[DEFAULT_DB_ALIAS]  # not `connection`, which looks it up again at every attribute
    fields = row._meta.local_concrete_fields
    values = [field.get_db_prep_save(field.pre_save(row, True), database) for field in fields]
    _execute(database, _inserting(type(row), database.vendor), values)
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def update(model: type[Model], where: Mapping[str, Any], **changes: Any) -> int:
    """Set columns of the rows that have these values, none of which is None; returns how many there were."""
    database = connections[DEFAULT_DB_ALIAS]
    statement = _updating(model, tuple(changes), tuple(where), database.vendor)
    named = (*changes.items(), *where.items())
    values = [model._meta.get_field(name).get_db_prep_save(value, database) for name, value in named]
    return _execute(database, statement, values)


def update_many(model: type[Model], where: Mapping[str, Any], by_id: Mapping[Any, Mapping[str, Any]]) -> list[Any]:
    """Set columns of many rows, each to values of its own, where the rows still have what `where` says.

    All name the same columns. Returns the keys of those that were written, as the database gives them.
    """
    if not by_id:
        return []
    database = connections[DEFAULT_DB_ALIAS]
    names = tuple(next(iter(by_id.values())))
    values = [value for key, row in by_id.items() for value in _saved(model, {"id": key, **row}, database)]
    values += _saved(model, where, database)
    statement = _updating_many(model, names, tuple(where), len(by_id))
    with transaction.mark_for_rollback_on_error(), database.cursor() as cursor:
        cursor.execute(statement, values)
        return [key for (key,) in cursor.fetchall()]


def _saved(model: type[Model], row: Mapping[str, Any], database: BaseDatabaseWrapper) -> list[Any]:
    return [model._meta.get_field(name).get_db_prep_save(value, database) for name, value in row.items()]


def _updating_many(model: type[Model], names: tuple[str, ...], where: tuple[str, ...], count: int) -> str:
    """The values stand in a table of the statement's own, whose columns both databases call column1, column2 …"""
    table = _quoted(model._meta.db_table)
    sets = ", ".join(
        f"{_quoted(model._meta.get_field(name).column)} = {_typed(model, name, number)}"
        for number, name in enumerate(names, start=2)
    )
    one = f"({', '.join(['%s'] * (len(names) + 1))})"
    conditions = "".join(f" AND {table}.{_quoted(model._meta.get_field(name).column)} = %s" for name in where)
    return (
        f"UPDATE {table} SET {sets} FROM (VALUES {', '.join([one] * count)}) AS given"  # noqa: S608 -- our own names
        f" WHERE {table}.id = {_typed(model, 'id', 1)}{conditions} RETURNING {table}.id"
    )


def _typed(model: type[Model], name: str, number: int) -> str:
    """PostgreSQL does not know what a column of nothing but NULL is; SQLite keeps what it is given."""
    if connection.vendor != "postgresql":
        return f"given.column{number}"
    return f"CAST(given.column{number} AS {model._meta.get_field(name).rel_db_type(connection)})"


def _execute(database: BaseDatabaseWrapper, statement: str, values: list) -> int:
    with transaction.mark_for_rollback_on_error(), database.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


@cache
def _inserting(model: type[Model], vendor: str) -> str:
    columns = [_quoted(field.column) for field in model._meta.local_concrete_fields]
    places = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {_quoted(model._meta.db_table)} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608


@cache
def _updating(model: type[Model], changes: tuple[str, ...], where: tuple[str, ...], vendor: str) -> str:
    columns = {name: _quoted(model._meta.get_field(name).column) for name in (*changes, *where)}
    values = ", ".join(f"{columns[name]} = %s" for name in changes)
    conditions = " AND ".join(f"{columns[name]} = %s" for name in where)
    return f"UPDATE {_quoted(model._meta.db_table)} SET {values} WHERE {conditions}"  # noqa: S608 -- our own names


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
