"""Taking a report in: a message that was sent, and not long ago, is bounced. One conditional UPDATE."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from keyturn.lib import leases, wake
from keyturn.outbox.bounces.reports import Report
from keyturn.outbox.models import Message
from keyturn.outbox.transports.base import kept_reply
from keyturn.tenants import scope

HONOURED_FOR = timedelta(days=30)  # servers give up after five days; what comes a month later is no report


def take(message_id: UUID, report: Report, now: datetime) -> bool:
    """End a sent message as bounced; False when there is none, it had another end, or the report ends nothing.

    Call it outside of any tenant: the return path names a message, and the message its tenant.
    """
    if not report.is_failed or (tenant_id := _tenant_of(message_id)) is None:
        return False
    words = kept_reply(report.words) or "came back"
    with scope.inside(tenant_id):
        sent = Message.objects.filter(pk=message_id, state=Message.SENT, created_at__gt=now - HONOURED_FOR)
        is_bounced = sent.update(state=Message.BOUNCED, last_reply=words, ended_at=now, followed_up_at=None) == 1
    if is_bounced:
        wake.ring()
    return is_bounced


def _tenant_of(message_id: UUID) -> UUID | None:
    """Like claiming, this reads across tenants, and only the row's name (tenants/walls)."""
    asked = message_id if connection.vendor == "postgresql" else message_id.hex
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id FROM outbox_message WHERE id = %s", [asked])
        row = cursor.fetchone()
    return leases.uuid_of(row[0]) if row else None
