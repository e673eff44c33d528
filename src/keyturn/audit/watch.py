"""Recomputes the chains little by little, so that the console can say of each whether it is whole, and since when."""

from datetime import datetime, timedelta

from keyturn.audit import chain, heads
from keyturn.audit.chain import ChainBroken
from keyturn.audit.heads import Place
from keyturn.audit.models import Event, Head
from keyturn.lib import clock
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

AT_ONCE = 1000
BETWEEN_ROUNDS = timedelta(hours=1)


def step() -> bool:
    """One piece of every tenant's chain; there is never more to do at once."""
    now = clock.now()
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        with scope.inside(tenant_id):
            if (head := heads.current()) and _is_due(head, now):
                _check(head, now)
    return False


def _is_due(head: Head, now: datetime) -> bool:
    """A round under way goes on; a new one begins an hour after the last."""
    return head.checked_to > 0 or head.checked_at is None or now - head.checked_at >= BETWEEN_ROUNDS


def _check(head: Head, now: datetime) -> None:
    """Recompute one piece and write down how far it came, or what is wrong; a fault begins the next round."""
    mine = Head.objects.filter(pk=head.pk)
    try:
        reached = _piece(head)
    except ChainBroken as problem:
        mine.update(fault=str(problem)[:200], checked_to=0, checked_at=now)
        return
    if reached.position >= head.length:
        mine.update(fault="", checked_to=0, checked_at=now)
    else:
        mine.update(checked_to=reached.position)


def _piece(head: Head) -> Place:
    if not heads.is_genuine(head):
        raise ChainBroken("what is written down about its end was not written by this installation's worker")
    begun = _where(head)
    piece = list(Event.objects.filter(position__gt=begun.position).order_by("position")[:AT_ONCE])
    reached = chain.recompute(begun, piece, head)
    if len(piece) < AT_ONCE and reached.position < head.length:
        raise ChainBroken(f"its end is missing: {reached.position} of {head.length} events are there")
    return reached


def _where(head: Head) -> Place:
    """Where the round stands. Where that event is gone, it begins anew, and then finds what is missing."""
    anchor = heads.anchor_of(head)
    if head.checked_to <= anchor.position:
        return anchor
    last = Event.objects.filter(position=head.checked_to).first()
    return Place(last.position, last.chain) if last else anchor
