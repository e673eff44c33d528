"""Writing audit events. Called inside the transaction that makes the fact true, so that both stand or fall."""

from datetime import datetime
from typing import Any

from keyturn.audit.models import Event


def record(action: str, *, at: datetime, actor: str, subject: str = "", **details: Any) -> Event:
    """Write one event. `source` and `reason` have columns; other details must be plain and hold no secret.

    `action` is a noun and a past tense (`recovery.completed`); every one is listed in docs/audit.md.
    """
    return Event.objects.create(
        action=action,
        at=at,
        actor=actor,
        subject=subject,
        source=details.pop("source", ""),
        reason=details.pop("reason", ""),
        data=details,
    )
