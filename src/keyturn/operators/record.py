"""Where acts of and upon operators are written: in the tenant's audit, or, for the installation, in its own book."""

from datetime import datetime
from typing import Any

from keyturn.audit import events
from keyturn.operators.models import InstallationEvent, Operator
from keyturn.tenants import scope


def about(operator: Operator, action: str, *, at: datetime, actor: str = "", **details: Any) -> None:
    """Write what happened to an operator where those who rule that operator look; by default the operator acted.

    Called inside the transaction that makes it true. `action` is listed in docs/audit.md.
    """
    subject = of(operator)
    if operator.tenant_id is None:
        installation(action, at=at, actor=actor or subject, subject=subject, **details)
        return
    with scope.inside(operator.tenant_id):
        events.record(action, at=at, actor=actor or subject, subject=subject, **details)


def installation(action: str, *, at: datetime, actor: str, subject: str = "", **details: Any) -> None:
    """Write one line into the installation's own book, which no tenant sees."""
    InstallationEvent.objects.create(at=at, action=action, actor=actor, subject=subject, data=details)


def of(operator: Operator) -> str:
    """An operator as the audit names one."""
    return f"operator:{operator.pk}"
