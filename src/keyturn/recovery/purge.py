"""Removes what has served its time here, and closes recoveries that nobody came back to."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from keyturn.directories.models import TemporaryPassword
from keyturn.recovery.core.facts import Method
from keyturn.recovery.core.policy import Failure
from keyturn.recovery.models import Intake, Recovery, Ticket
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

_LONGEST_LIFE = timedelta(days=1)  # no ticket and no temporary password lives longer (M3.7)


def in_tenant(now: datetime) -> None:
    """Tidy up in the current tenant."""
    close(now)
    tickets(now)
    recoveries(now)


def intakes(now: datetime) -> int:
    """Remove intakes that were resolved long ago; returns how many."""
    before = now - timedelta(days=settings.KEYTURN_KEEP_INTAKES_DAYS)
    return Intake.objects.filter(resolved_at__lt=before).delete()[0]


def tickets(now: datetime) -> int:
    """Remove this tenant's tickets that ended or expired long ago; returns how many."""
    before = now - timedelta(days=settings.KEYTURN_KEEP_TICKETS_DAYS)
    return Ticket.objects.filter(Q(expires_at__lt=before) | Q(ended_at__lt=before)).delete()[0]


def recoveries(now: datetime) -> int:
    """Remove this tenant's oldest lines of the request log, refused ones sooner; returns how many."""
    refused_before = now - timedelta(days=settings.KEYTURN_KEEP_REFUSALS_DAYS)
    before = now - timedelta(days=_kept_days())
    refused = Q(state=Recovery.REFUSED, ended_at__lt=refused_before)
    return Recovery.objects.filter(refused | Q(ended_at__lt=before)).delete()[0]


def close(now: datetime) -> None:
    """Write down what became of this tenant's open recoveries.

    Redeeming a link closes its own. A temporary password is used at sign-in, which knows nothing of recoveries.
    """
    replaced = TemporaryPassword.objects.filter(state=TemporaryPassword.REPLACED).values("recovery_id")
    still_open = Recovery.objects.filter(state=Recovery.OPEN)
    by_password = still_open.filter(method__in=(Method.TEMPORARY_PASSWORD, Method.MANUAL_ENTRY), pk__in=replaced)
    by_password.update(state=Recovery.COMPLETED, ended_at=now)
    still_open.filter(created_at__lt=now - _LONGEST_LIFE).update(
        state=Recovery.FAILED, reason=Failure.UNUSED, ended_at=now
    )


def _kept_days() -> int:
    return Tenant.objects.values_list("keep_requests_days", flat=True).get(pk=scope.current_id())
