"""Removes what has served its time here: messages that ended long ago, with every attempt to hand them over."""

from datetime import datetime, timedelta

from keyturn.outbox.models import Message
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant


def in_tenant(now: datetime) -> int:
    """Remove the current tenant's messages that ended longer ago than it keeps them; one that waits stays.

    Returns how many rows.
    """
    days = Tenant.objects.values_list("keep_messages_days", flat=True).get(pk=scope.current_id())
    return Message.objects.filter(ended_at__lt=now - timedelta(days=days)).delete()[0]
