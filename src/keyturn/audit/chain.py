"""Closes a tenant's audit events into a hash chain, after the fact, so that no writer waits for another.

    chain(n) = SHA-256(chain(n-1) | canonical JSON of event n)        the first one follows on the tenant's id

Whoever changes, removes or inserts a closed event must compute every later link anew, and the head that is written
down beside the chain (audit/heads), an earlier export or a noted link gives it away. `verify` recomputes.
"""

import json
from collections.abc import Iterable
from datetime import UTC
from hashlib import sha256
from uuid import UUID

from django.db import connection, transaction

from keyturn.audit import heads
from keyturn.audit.heads import Place
from keyturn.audit.models import Event, Head
from keyturn.lib import clock
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

AT_ONCE = 500


class ChainBroken(Exception):
    """An audit event was changed, removed or put in after it was closed into the chain; says where."""


def step() -> bool:
    """Close what is open in every tenant; True when there may be more."""
    tenant_ids = list(Tenant.objects.values_list("pk", flat=True))
    return any([close(tenant_id) == AT_ONCE for tenant_id in tenant_ids])  # a list: everybody's turn comes


def close(tenant_id: UUID) -> int:
    """Close up to AT_ONCE open events of one tenant; returns how many. Of several workers one does it."""
    with scope.inside(tenant_id):
        if not Event.objects.filter(position=None).exists():
            return 0
        with transaction.atomic():
            # NO KEY: rows that refer to the tenant can be written meanwhile
            mine = Tenant.objects.select_for_update(skip_locked=True, no_key=True)
            return _close_open() if mine.filter(pk=tenant_id).first() else 0


def verify(tenant_id: UUID) -> int:
    """Recompute a tenant's chain from its anchor; returns its length or raises ChainBroken with what is wrong."""
    with scope.inside(tenant_id):
        head = heads.current()
        _refuse_forged(head)
        closed = Event.objects.filter(position__gt=heads.anchor_of(head).position).order_by("position")
        end = recompute(heads.anchor_of(head), closed.iterator(), head)
        if head and end.position < head.length:
            raise ChainBroken(f"its end is missing: {end.position} of {head.length} events are there")
        return end.position


def recompute(place: Place, closed: Iterable[Event], head: Head | None) -> Place:
    """Follow the chain from a place through the events behind it; where it ends. Raises ChainBroken."""
    for event in closed:
        position, link = place.position + 1, link_after(place.link, event)
        if event.position != position or event.chain != link:
            raise ChainBroken(f"event {position} was changed, removed or put in")
        if head and position == head.length and link != head.link:
            raise ChainBroken(f"event {position} is not the one that was written down as the last")
        place = Place(position, link)
    return place


def link_after(link: str, event: Event) -> str:
    """The chain's next link."""
    fields = {
        "id": str(event.pk),
        "tenant": str(event.tenant_id),
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "action": event.action,
        "actor": event.actor,
        "subject": event.subject,
        "source": event.source,
        "reason": event.reason,
        "data": event.data,
    }
    canonical = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return sha256(f"{link}|{canonical}".encode()).hexdigest()


def _close_open() -> int:
    head = heads.current()
    begun = end = heads.end_of(head)
    closed = []
    for event in Event.objects.filter(position=None).order_by("at", "pk")[:AT_ONCE]:
        end = Place(end.position + 1, link_after(end.link, event))
        closed.append((end.position, end.link, _in_database(event.pk)))
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE audit_event SET position = %s, chain = %s WHERE id = %s", closed)
    if closed:
        heads.move(head, begun, end, clock.now())
    return len(closed)


def _refuse_forged(head: Head | None) -> None:
    if head is None and Event.objects.exclude(position=None).exists():
        raise ChainBroken("what was written down about its end is gone")
    if head and not heads.is_genuine(head):
        raise ChainBroken("what is written down about its end was not written by this installation's worker")


def _in_database(pk: UUID) -> object:
    return pk if connection.vendor == "postgresql" else pk.hex
