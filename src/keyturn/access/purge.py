"""Removes what has served its time here: sessions that are over."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from keyturn.access.models import Session


def in_tenant(now: datetime) -> int:
    """Remove the current tenant's sessions that ended or expired long ago; returns how many."""
    before = now - timedelta(days=settings.KEYTURN_KEEP_SESSIONS_DAYS)
    return Session.objects.filter(Q(expires_at__lt=before) | Q(ended_at__lt=before)).delete()[0]
