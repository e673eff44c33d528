"""Removes what has served its time here: operators' sessions and welcome links that are over."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from keyturn.operators.models import OperatorSession, WelcomeLink


def everywhere(now: datetime) -> int:
    """Remove sessions and links that ended or expired long ago, in every tenant and in none; returns how many."""
    before = now - timedelta(days=settings.KEYTURN_KEEP_SESSIONS_DAYS)
    sessions = OperatorSession.objects.filter(Q(expires_at__lt=before) | Q(ended_at__lt=before)).delete()[0]
    return sessions + WelcomeLink.objects.filter(Q(expires_at__lt=before) | Q(used_at__lt=before)).delete()[0]
