"""Removes what has served its time here: temporary passwords that ended or expired long ago."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from keyturn.directories.models import TemporaryPassword


def in_tenant(now: datetime) -> int:
    """Remove the current tenant's temporary passwords that are long over; returns how many."""
    before = now - timedelta(days=settings.KEYTURN_KEEP_TICKETS_DAYS)
    return TemporaryPassword.objects.filter(Q(expires_at__lt=before) | Q(ended_at__lt=before)).delete()[0]
