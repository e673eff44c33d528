"""Removes audit events whose time is over, and leaves an anchor from which the rest of the chain still verifies.

Only a closed beginning of the chain goes: the anchor moves to the last event of it, then what lies before goes.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction

from keyturn.audit import heads
from keyturn.audit.heads import HeadOutrun, Place
from keyturn.audit.models import Event
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

AT_ONCE = 1000
_ROUNDS = 20  # of one call, so that other tenants have their turn


def in_tenant(now: datetime) -> int:
    """Remove the current tenant's events that are older than it keeps them; returns how many."""
    days = Tenant.objects.values_list("keep_audit_days", flat=True).get(pk=scope.current_id())
    if days == 0:  # for ever
        return 0
    removed = 0
    with suppress(HeadOutrun):  # the chain grew at this very moment; there is a next time
        for _ in range(_ROUNDS):
            removed += (gone := _remove(now - timedelta(days=days), now))
            if gone < AT_ONCE:
                break
    return removed


@transaction.atomic
def _remove(before: datetime, now: datetime) -> int:
    head = heads.current()
    if head is None or (anchor := _last_to_go(heads.anchor_of(head), before)) is None:
        return 0
    heads.move_anchor(head, anchor, now)
    return Event.objects.filter(position__lte=anchor.position).delete()[0]


def _last_to_go(anchor: Place, before: datetime) -> Place | None:
    """The last of the events right behind the anchor that are all old enough."""
    following = Event.objects.filter(position__gt=anchor.position).order_by("position")
    last = None
    for position, link, at in following.values_list("position", "chain", "at")[:AT_ONCE]:
        if at >= before:
            break
        last = Place(position, link)
    return last
