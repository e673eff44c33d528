"""Removes what has served its time here: messages that ended long ago, with every attempt to hand them over."""

from datetime import datetime, timedelta

from django.conf import settings

from keyturn.outbox.models import Message


def in_tenant(now: datetime) -> int:
    """Remove the current tenant's messages that ended long ago; one that waits stays. Returns how many rows."""
    before = now - timedelta(days=settings.KEYTURN_KEEP_MESSAGES_DAYS)
    return Message.objects.filter(ended_at__lt=before).delete()[0]
