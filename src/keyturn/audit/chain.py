"""Closes a tenant's audit events into a hash chain, after the fact, so that no writer waits for another.

    chain(n) = SHA-256(chain(n-1) | canonical JSON of event n)        the first one follows on the tenant's id

Whoever changes, removes or inserts a closed event must compute every later link anew, and an earlier export or a
noted link gives it away. `verify` recomputes.
"""

import json
from datetime import UTC
from hashlib import sha256
from uuid import UUID

from django.db import connection, transaction

from keyturn.audit.models import Event
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

AT_ONCE = 500


class ChainBroken(Exception):
    """An audit event was changed, removed or put in after it was closed into the chain."""


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
            return _close_open(tenant_id) if mine.filter(pk=tenant_id).first() else 0


def verify(tenant_id: UUID) -> int:
    """Recompute a tenant's chain; returns its length or raises ChainBroken with the first wrong position."""
    with scope.inside(tenant_id):
        link, expected = str(tenant_id), 1
        for event in Event.objects.exclude(position=None).order_by("position").iterator():
            link = link_after(link, event)
            if event.position != expected or event.chain != link:
                raise ChainBroken(f"event {expected} of the chain")
            expected += 1
        return expected - 1


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


def _close_open(tenant_id: UUID) -> int:
    last = Event.objects.exclude(position=None).order_by("-position").first()
    position, link = (last.position, last.chain) if last else (0, str(tenant_id))
    closed = []
    for event in Event.objects.filter(position=None).order_by("at", "pk")[:AT_ONCE]:
        position, link = position + 1, link_after(link, event)
        closed.append((position, link, _in_database(event.pk)))
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE audit_event SET position = %s, chain = %s WHERE id = %s", closed)
    return len(closed)


def _in_database(pk: UUID) -> object:
    return pk if connection.vendor == "postgresql" else pk.hex
