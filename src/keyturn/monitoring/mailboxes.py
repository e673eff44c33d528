"""Mailboxes on record: checked at once, suspended and resumed by hand."""

from datetime import datetime
from typing import Any

from django.db import transaction

from keyturn.audit import events
from keyturn.lib import wake
from keyturn.monitoring.models import Mailbox


@transaction.atomic
def check_now(mailbox: Mailbox, now: datetime, *, actor: str) -> bool:
    """Have it checked as soon as a worker can; False for one that is not watched or is due already."""
    if not _one(mailbox).filter(due_at__gt=now).update(due_at=now):
        return False
    return _recorded("mailbox.check_asked", mailbox, now, actor)


@transaction.atomic
def suspend(mailbox: Mailbox, now: datetime, *, actor: str) -> bool:
    """Try it no more until somebody resumes it; False when it was so already."""
    by_hand: dict[str, Any] = {"state": Mailbox.SUSPENDED, "suspended_by": Mailbox.BY_OPERATOR, "suspended_at": now}
    others = _one(mailbox).exclude(state=Mailbox.SUSPENDED, suspended_by=Mailbox.BY_OPERATOR)
    if not others.update(**by_hand, due_at=None, lease_until=None, fence=None):
        return False
    return _recorded("mailbox.suspended", mailbox, now, actor)


@transaction.atomic
def resume(mailbox: Mailbox, now: datetime, *, actor: str) -> bool:
    """Check it again, with nothing held against it; False when it is not suspended or has no secret."""
    suspended = _one(mailbox).filter(state=Mailbox.SUSPENDED, sealed__isnull=False)
    fresh: dict[str, Any] = {"refusals": 0, "refused_since": None, "suspended_by": "", "suspended_at": None}
    if not suspended.update(state=Mailbox.NEW, due_at=now, **fresh):
        return False
    return _recorded("mailbox.resumed", mailbox, now, actor)


def _one(mailbox: Mailbox) -> Any:
    return Mailbox.objects.filter(pk=mailbox.pk)


def _recorded(action: str, mailbox: Mailbox, now: datetime, actor: str) -> bool:
    events.record(action, at=now, actor=actor, subject=f"mailbox:{mailbox.pk}")
    transaction.on_commit(wake.ring)
    return True
