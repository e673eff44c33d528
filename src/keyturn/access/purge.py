"""Removes what has served its time here: sessions that are over, and failures that nobody adds to any more."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from keyturn.access.models import Session
from keyturn.lib import clock
from keyturn.limits import delays
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant


def step() -> bool:
    """One round over all tenants; a duty of the worker. Never asks to be called again at once."""
    now = clock.now()
    delays.purge(now)
    for tenant_id in Tenant.objects.values_list("id", flat=True):
        with scope.inside(tenant_id):
            sessions(now)
    return False


def sessions(now: datetime) -> int:
    """Remove this tenant's sessions that ended or expired long ago; returns how many."""
    before = now - timedelta(days=settings.KEYTURN_KEEP_SESSIONS_DAYS)
    return Session.objects.filter(Q(expires_at__lt=before) | Q(ended_at__lt=before)).delete()[0]
