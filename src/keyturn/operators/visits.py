"""An owner of the installation inside a tenant: never without a reason, and never unseen by that tenant."""

from datetime import datetime

from django.db import transaction

from keyturn.audit import events
from keyturn.operators import record
from keyturn.operators.models import OperatorSession
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant


def enter(session: OperatorSession, tenant: Tenant, reason: str, now: datetime) -> bool:
    """From now on the session acts in this tenant, whose audit says who came, and why."""
    with transaction.atomic():
        if not _move(session, None, tenant):
            return False
        _write(tenant, "visit.begun", session, now, why=reason)
    return True


def leave(session: OperatorSession, now: datetime) -> bool:
    """Go out again; False when the session was in no tenant."""
    if session.tenant is None:
        return False
    with transaction.atomic():
        if not _move(session, session.tenant, None):
            return False
        _write(session.tenant, "visit.ended", session, now)
    return True


def _move(session: OperatorSession, before: Tenant | None, after: Tenant | None) -> bool:
    """Only who stands where they think they stand moves; a tenant's own operators never do."""
    mine = OperatorSession.objects.filter(pk=session.pk, ended_at=None, tenant=before)
    return session.operator.is_installation_owner and mine.update(tenant=after) == 1


def _write(tenant: Tenant, action: str, session: OperatorSession, now: datetime, **details: str) -> None:
    actor = record.of(session.operator)
    with scope.inside(tenant.pk):
        events.record(action, at=now, actor=actor, subject=actor, source=session.source, **details)
    record.installation(action, at=now, actor=actor, subject=f"tenant:{tenant.pk}", **details)
