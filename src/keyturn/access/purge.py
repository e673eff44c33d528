"""Removes what has served its time here: sessions that are over, and failures to sign in."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from keyturn.access.models import Session
from keyturn.limits import delays, patience


def failures(now: datetime) -> int:
    """Forget failures that nobody added to for a long time; a name that closed stays closed. Returns how many."""
    return delays.purge(now, closes_at=patience.CLOSES_AT)


def in_tenant(now: datetime) -> int:
    """Remove the current tenant's sessions that ended or expired long ago; returns how many."""
    before = now - timedelta(days=settings.KEYTURN_KEEP_SESSIONS_DAYS)
    return Session.objects.filter(Q(expires_at__lt=before) | Q(ended_at__lt=before)).delete()[0]
