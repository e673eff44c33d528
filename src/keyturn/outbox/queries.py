"""What others ask about messages: which are dead, and whose end nobody has drawn conclusions from."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from keyturn.lib import leases
from keyturn.outbox.models import Message
from keyturn.tenants import scope

DEAD_ENDS = (Message.BOUNCED, Message.FAILED, Message.EXPIRED)


def dead(message_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the messages whose secrets must not be honoured.

    They will never arrive, or they went to an address that was taken off record since, or that was forgotten.
    """
    wanted = list(message_ids)
    if not wanted:
        return set()
    is_dead = Q(state__in=Message.DEAD) | Q(address=None, elsewhere="")
    return set(Message.objects.filter(is_dead, id__in=wanted).values_list("id", flat=True))


def next_dead_end(now: datetime) -> Message | None:
    """Take the oldest message that ended badly and was not followed up; None when there is none.

    Call it outside of any tenant and inside the transaction that draws the conclusions: a worker that dies
    half way leaves both undone. Exactly one worker gets each. `person` and `address` are loaded with it.
    """
    taken = _take(now)
    if taken is None:
        return None
    message_id, tenant_id = taken
    with scope.inside(tenant_id):
        return Message.objects.select_related("person", "address").get(pk=message_id)


def _take(now: datetime) -> tuple[UUID, UUID] | None:
    """The other statement of this room that reads across tenants; like claiming, it reads only the row's name."""
    skip = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE outbox_message SET followed_up_at = %s
            WHERE followed_up_at IS NULL AND id = (
                SELECT id FROM outbox_message
                WHERE followed_up_at IS NULL AND state IN (%s, %s, %s)
                ORDER BY ended_at LIMIT 1 {skip})
            RETURNING id, tenant_id""",  # noqa: S608 -- nothing of a caller is put in
            [connection.ops.adapt_datetimefield_value(now), *DEAD_ENDS],
        )
        row = cursor.fetchone()
    return (leases.uuid_of(row[0]), leases.uuid_of(row[1])) if row else None
