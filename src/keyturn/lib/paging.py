"""Pages of a list by the values at their edges, not by counting: page one and page ten thousand cost the same.

    page = keyset(people, ("name", "id"), cursor=request.GET.get("page", ""), size=50)

A cursor is opaque to the browser and worth nothing to a forger: it only says where to begin among rows that the
query allows anyway. One that cannot be read begins at the beginning.
"""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldError, ValidationError
from django.db.models import Model, Q, QuerySet

_LONGEST_CURSOR = 1000
_NOT_OF_THESE_COLUMNS = (ValueError, TypeError, OverflowError, ValidationError, FieldError)


@dataclass(frozen=True)
class Page:
    """Some rows; `next` and `previous` are cursors, empty where there is nothing more."""

    rows: list[Any]
    next: str = ""
    previous: str = ""


def keyset(rows: QuerySet, order: tuple[str, ...], *, cursor: str = "", size: int = 50) -> Page:
    """One page in this order, whose last column must be unique; none of its columns may be null."""
    edge = _read(cursor, len(order))
    backwards = edge is not None and edge[0] == "before"
    steps = tuple(_turned(column) for column in order) if backwards else order
    found = rows.order_by(*steps)
    if edge:
        try:
            found = found.filter(_beyond(steps, edge[1]))
            taken = list(found[: size + 1])
        except _NOT_OF_THESE_COLUMNS:
            return keyset(rows, order, size=size)
    else:
        taken = list(found[: size + 1])
    shown, is_more = taken[:size], len(taken) > size
    if not shown:
        return Page([])
    if backwards:
        shown.reverse()
    has_next, has_previous = (True, is_more) if backwards else (is_more, edge is not None)
    return Page(
        shown,
        next=_write("after", shown[-1], order) if has_next else "",
        previous=_write("before", shown[0], order) if has_previous else "",
    )


def _beyond(steps: tuple[str, ...], values: list[Any]) -> Q:
    """Rows after these values: (a, b) > (x, y), written out, so that each column may go its own way."""
    beyond, same = Q(), Q()
    for step, value in zip(steps, values, strict=True):
        name = step.lstrip("-")
        further = Q(**{f"{name}__lt" if step.startswith("-") else f"{name}__gt": value})
        beyond |= same & further
        same &= Q(**{name: value})
    # the first column alone, once more: what an index can begin at
    first = steps[0].lstrip("-")
    return Q(**{f"{first}__lte" if steps[0].startswith("-") else f"{first}__gte": values[0]}) & beyond


def _turned(column: str) -> str:
    return column[1:] if column.startswith("-") else f"-{column}"


def _write(side: str, row: Model, order: tuple[str, ...]) -> str:
    values = [_plain(_value(row, column.lstrip("-"))) for column in order]
    return base64.urlsafe_b64encode(json.dumps([side, values]).encode()).decode().rstrip("=")


def _value(row: Model, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def _plain(value: Any) -> str | int | float | bool:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool) else str(value)


def _read(cursor: str, columns: int) -> tuple[str, list[Any]] | None:
    if not cursor or len(cursor) > _LONGEST_CURSOR or not cursor.isascii():
        return None
    try:
        side, values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError):
        return None
    plain = isinstance(values, list) and all(isinstance(value, str | int | float) for value in values)
    if side not in ("after", "before") or not plain or len(values) != columns:
        return None
    if any(isinstance(value, str) and "\0" in value for value in values):
        return None
    return side, values
