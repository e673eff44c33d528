"""Rows as those may read them whom they are about: every column that is not secret and not meant for us alone."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BinaryField, Field, Model, QuerySet

_SECRET = re.compile(r"hash|digest|seal|secret|token|tag|selector|verifier|key$")
_INWARD = frozenset("tenant person account directory message lease_until fence due_at chain position".split())
_MOST = 10_000  # lines of one kind that are handed out, the newest


def lines(rows: QuerySet) -> list[dict[str, Any]]:
    """The newest lines of a kind, the oldest of them first."""
    newest = next(name for name in ("created_at", "issued_at", "at", "pk") if name == "pk" or _has(rows.model, name))
    return [line(row) for row in reversed(rows.order_by(f"-{newest}")[:_MOST])]


def _has(model: type[Model], name: str) -> bool:
    return any(field.name == name for field in model._meta.concrete_fields)


def line(row: Model) -> dict[str, Any]:
    """One row, ready to be written as JSON."""
    fields = row._meta.concrete_fields
    return {field.name: _plain(getattr(row, field.attname)) for field in fields if _may_be_shown(field)}


def _may_be_shown(field: Field) -> bool:
    """Bytes are never text, and whatever is named like a secret may be one."""
    is_text = not isinstance(field, BinaryField)
    return is_text and field.name not in _INWARD and not _SECRET.search(field.name)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
