"""An operator lets the owner of a mailbox in once without the old password, because it is forgotten (M1.13).

The pass opens nothing outside: the new password still has to be the one that the mail server takes, and its tries are
counted as all others. It ends with the mending, or after a day.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from keyturn.audit import events
from keyturn.monitoring.models import Mailbox

KEPT = timedelta(hours=24)


def give(mailbox: Mailbox, now: datetime, *, actor: str) -> datetime | None:
    """Let its owner in until the moment that is returned; None when the mailbox is off record meanwhile.

    The caller has asked whether this operator may.
    """
    until = now + KEPT
    with transaction.atomic():
        if not _of(mailbox).update(may_mend_blind_until=until):
            return None
        _record("mailbox_pass.issued", mailbox, now, actor)
    return until


def take_back(mailbox: Mailbox, now: datetime, *, actor: str) -> bool:
    """End the pass; False when there was none any more."""
    with transaction.atomic():
        taken = _of(mailbox).filter(may_mend_blind_until__gt=now)
        if not taken.update(may_mend_blind_until=None):
            return False
        _record("mailbox_pass.revoked", mailbox, now, actor)
    return True


def has(mailbox: Mailbox, now: datetime) -> bool:
    """Whether its owner needs no old password now."""
    return mailbox.may_mend_blind_until is not None and mailbox.may_mend_blind_until > now


def _of(mailbox: Mailbox) -> QuerySet[Mailbox]:
    return Mailbox.objects.filter(pk=mailbox.pk)


def _record(action: str, mailbox: Mailbox, now: datetime, actor: str) -> None:
    events.record(action, at=now, actor=actor, subject=f"person:{mailbox.person_id}", mailbox=str(mailbox.pk))
