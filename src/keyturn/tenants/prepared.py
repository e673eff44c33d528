"""Statements written in Django's language and translated once, not at every use.

    @prepared.select
    def _by_login(login_key):
        return Account.objects.select_related("person").filter(login_key=login_key)[:1]

    _by_login(login_key="mara@movers.example")      a list of accounts

Building and translating a queryset costs five times what running it does, and the hot flows run the same ones
again and again. The function is called once, with a placeholder for every argument; later calls only fill them
in. So its body must not look at its arguments, and no argument may be None or a list, for which Django would
write another statement. The tenant of the moment is filled in like an argument: the wall stands here, too.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, wraps
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql import UpdateQuery

from keyturn.tenants import scope

_TENANT = "(tenant)"
_LITERAL = (str, int, UUID, datetime)


class Bound(Expression):
    """The place of an argument in a prepared statement."""

    def __init__(self, name: str):
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list]:
        """One parameter, which is this place itself until there is a value."""
        return "%s", [self]


@dataclass(frozen=True)
class _Statement:
    """What was translated: the text, and its parameters, some of which are places."""

    sql: str
    params: tuple

    def run(self, cursor: Any, values: Mapping[str, Any]) -> None:
        """Execute with these values in the places."""
        cursor.execute(self.sql, [_filled(one, values, cursor.db) for one in self.params])


@dataclass(frozen=True)
class _Reading:
    """A statement that reads, and how its rows become what the queryset would have given."""

    statement: _Statement
    converters: tuple[tuple[int, tuple, Any], ...]
    shape: Callable[[tuple], Any]


def select(build: Callable[..., QuerySet]) -> Callable[..., list]:
    """A statement that reads: called with named arguments it gives a list, of models or of `values_list` tuples."""
    reading = cache(lambda vendor: _reading(_called(build)))

    @wraps(build)
    def rows(**values: Any) -> list:
        database = connections[DEFAULT_DB_ALIAS]  # as in lib/rows
        prepared = reading(database.vendor)
        with database.cursor() as cursor:
            prepared.statement.run(cursor, values)
            found = cursor.fetchall()
        return [prepared.shape(_converted(row, prepared.converters, database)) for row in found]

    return rows


def one(build: Callable[..., QuerySet]) -> Callable[..., Any]:
    """A statement that reads one row at most: called with named arguments it gives that, or None."""

    @select
    @wraps(build)
    def rows(**places: Any) -> QuerySet:
        return build(**places)[:1]

    @wraps(build)
    def first(**values: Any) -> Any:
        found = rows(**values)
        return found[0] if found else None

    return first


def update(build: Callable[..., tuple[QuerySet, dict]]) -> Callable[..., int]:
    """A statement that writes: the function gives a queryset and what to set; the call says how many rows it met."""
    statement = cache(lambda vendor: _updating(*_called(build)))

    @wraps(build)
    def count(**values: Any) -> int:
        database = connections[DEFAULT_DB_ALIAS]
        with transaction.mark_for_rollback_on_error(), database.cursor() as cursor:
            statement(database.vendor).run(cursor, values)
            return cursor.rowcount

    return count


def _called(build: Callable) -> Any:
    """What the function gives for placeholders, inside a tenant that is one as well."""
    with scope.standing_in(Bound(_TENANT)):
        return build(**{name: Bound(name) for name in inspect.signature(build).parameters})


def _reading(queryset: QuerySet) -> _Reading:
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, params = compiler.as_sql()
    expressions = [column[0] for column in compiler.select]
    converters = tuple(
        (position, tuple(functions), expression)
        for position, (functions, expression) in compiler.get_converters(expressions).items()
    )
    shape = tuple if queryset.query.values_select else _model(compiler)
    return _Reading(_Statement(sql, tuple(params)), converters, shape)


def _model(compiler: Any) -> Callable[[tuple], Model]:
    """As django.db.models.query.ModelIterable makes models of rows."""
    info = compiler.klass_info
    begin, end = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column[0].target.attname for column in compiler.select[begin:end]]
    related = get_related_populators(info, compiler.select, DEFAULT_DB_ALIAS)

    def model(row: tuple) -> Model:
        made = info["model"].from_db(DEFAULT_DB_ALIAS, names, row[begin:end])
        for populator in related:
            populator.populate(row, made)
        return made

    return model


def _updating(queryset: QuerySet, values: dict[str, Any]) -> _Statement:
    query = queryset.query.chain(UpdateQuery)
    query.add_update_values(values)
    sql, params = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    return _Statement(sql, tuple(params))


def _converted(row: tuple, converters: tuple, database: BaseDatabaseWrapper) -> tuple:
    values = list(row)
    for position, functions, expression in converters:
        for function in functions:
            values[position] = function(values[position], expression, database)
    return tuple(values)


def _filled(param: Any, values: Mapping[str, Any], database: BaseDatabaseWrapper) -> Any:
    if not isinstance(param, Bound):
        return param
    value = scope.current_id() if param.name == _TENANT else values[param.name]
    if not isinstance(value, _LITERAL):
        raise TypeError(f"{param.name} of a prepared statement may not be {type(value).__name__}")
    if database.vendor == "postgresql" or isinstance(value, str | int):
        return value
    return value.hex if isinstance(value, UUID) else database.ops.adapt_datetimefield_value(value)
