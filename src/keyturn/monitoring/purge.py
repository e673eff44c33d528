"""Removes what has served its time here: what checks saw, troubles that ended, links, calls, copies handed on."""

from datetime import datetime, timedelta

from keyturn.monitoring import handing, mending, sweeps, webhooks
from keyturn.monitoring.models import HostTrouble, Sighting

SIGHTINGS_ARE_KEPT = timedelta(days=30)
TROUBLES_ARE_KEPT = timedelta(days=90)


def in_tenant(now: datetime) -> None:
    """Remove what is old of the current tenant."""
    Sighting.objects.filter(at__lt=now - SIGHTINGS_ARE_KEPT).delete()
    HostTrouble.objects.filter(ended_at__lt=now - TROUBLES_ARE_KEPT).delete()
    for purge in (handing.purge, webhooks.purge, mending.purge, sweeps.purge):
        purge(now)
