"""Audit events as a page shows them: when, who, what, about whom, and the details that the event keeps."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

from keyturn.audit import wording
from keyturn.audit.models import Event
from keyturn.console.names import Name, Names, id_of
from keyturn.recovery import wording as recovery_wording
from keyturn.recovery.core import reference

_LINKED = ("reference", "message")  # shown as links


@dataclass(frozen=True)
class Line:
    """One event in words."""

    event: Event
    action: str | Promise
    actor: Name
    subject: Name | None
    why: str | Promise
    details: list[tuple[str, str]]

    @property
    def reference(self) -> str:
        """The request that it belongs to, where it names one."""
        return reference.read(str(self.event.data.get("reference", ""))) or ""

    @property
    def message_id(self) -> UUID | None:
        """The message that it is about, where it names one."""
        return id_of(str(self.event.data.get("message", "")))


def lines(events: Iterable[Event]) -> list[Line]:
    """All of them; whoever is named is looked up in two statements."""
    rows = list(events)
    names = Names(mark for event in rows for mark in (event.actor, event.subject) if mark)
    return [_line(event, names) for event in rows]


def _line(event: Event, names: Names) -> Line:
    subject = names.of(event.subject) if event.subject else None
    details = [(key, _plain(value)) for key, value in sorted(event.data.items()) if key not in _LINKED]
    return Line(event, wording.action(event.action), names.of(event.actor), subject, _why(event), details)


def _why(event: Event) -> str | Promise:
    return recovery_wording.explain(event.reason) if event.action.startswith("recovery.") else event.reason


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
