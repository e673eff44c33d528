"""Saving what somebody changed on a page, unless somebody else saved meanwhile.

A row that operators edit has a number that grows with every saving. A form carries the one it was made from, and the
UPDATE names it, so that of two who edit the same row exactly one saves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model

from keyturn.lib import rows

Changes = dict[str, tuple[Any, Any]]  # by column: what stood there, what stands there now


class EditLost(Exception):
    """Somebody else saved meanwhile; nothing was written."""


@dataclass(frozen=True)
class Seen:
    """A row as it is now, and the number of the one that the form was made from."""

    row: Any
    version: int


def save(seen: Seen, wanted: Mapping[str, Any], *, counted_by: str = "version") -> Changes:
    """Write the columns that differ, into the row and the database; raises EditLost."""
    row, version = seen.row, seen.version
    if getattr(row, counted_by) != version:
        raise EditLost
    changes = between(row, wanted)
    if not changes:
        return {}
    values = {name: new for name, (_old, new) in changes.items()} | {counted_by: version + 1}
    if rows.update(type(row), {"id": row.pk, counted_by: version}, **values) != 1:
        raise EditLost
    for name, value in values.items():
        setattr(row, name, value)
    return changes


def between(row: Model, wanted: Mapping[str, Any]) -> Changes:
    """What of the wanted differs from the row."""
    before = {name: getattr(row, name) for name in wanted}
    return {name: (before[name], value) for name, value in wanted.items() if _plain(before[name]) != _plain(value)}


def told(changes: Changes) -> dict[str, Any]:
    """Changes as an audit event may hold them: bytes are secrets or pictures, of which only the change is told."""
    return {
        name: "replaced"
        if isinstance(_plain(new), bytes) or isinstance(_plain(old), bytes)
        else [_said(old), _said(new)]
        for name, (old, new) in changes.items()
    }


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview | bytearray) else value


def _said(value: Any) -> Any:
    return (
        value.isoformat()
        if isinstance(value, date)
        else value
        if isinstance(value, bool | int | list)
        else _text(value)
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
