"""What a proven password does to its mailbox: it takes the old one's place, and the incident is over (M1.12).

`take` and `record` are called inside the transaction that ends the mending, so that all stand or fall together.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from keyturn.audit import events
from keyturn.monitoring import links, sealing, webhooks
from keyturn.monitoring.core.verdict import Code, Verdict
from keyturn.monitoring.models import Mailbox, Mending, Sighting
from keyturn.tenants.models import Tenant


@dataclass(frozen=True)
class Taken:
    """A secret that the server took, on its way into the mailbox; `columns` hold it sealed, and its hash."""

    mending: Mending
    columns: dict[str, Any] = field(repr=False)
    milliseconds: int


def prepare(mending: Mending, secret: str, milliseconds: int) -> Taken:
    """Seal and hash the secret for the mailbox: slow, so before the transaction."""
    return Taken(mending, sealing.renewed(mending.mailbox, secret), milliseconds)


def take(taken: Taken, now: datetime) -> bool:
    """Put the secret into the mailbox; False when its place or secret was changed meanwhile."""
    mailbox, was = taken.mending.mailbox, taken.mending.secret_version
    unchanged = Mailbox.objects.filter(pk=mailbox.pk, secret_version=was)
    if unchanged.update(**taken.columns, **_fine(now)) != 1:
        return False
    _watch_again(mailbox, now)
    links.end(mailbox.pk, now)
    seen = {"verdict": Verdict.ACCEPTED, "code": Code.SIGNED_IN, "milliseconds": taken.milliseconds}
    Sighting.objects.create(mailbox=mailbox, at=now, **seen)
    webhooks.tell(webhooks.MENDED, [Mailbox.objects.get(pk=mailbox.pk)], now)
    return True


def record(mending: Mending, state: str, code: str, now: datetime) -> None:
    """Write into the audit what became of it."""
    subject = f"person:{mending.mailbox.person_id}"
    told = {"reason": code or state, "mailbox": str(mending.mailbox_id), "asked_by": mending.asked_by}
    is_mended = state == Mending.ACCEPTED
    events.record(
        "mailbox.mended" if is_mended else "mending.failed", at=now, actor="worker", subject=subject, **told
    )


def _fine(now: datetime) -> dict[str, Any]:
    """Nothing is held against it any more. Without its fence, a check under way with the old secret says nothing."""
    return {
        "verdict": Verdict.ACCEPTED,
        "code": Code.SIGNED_IN,
        "checked_at": now,
        "accepted_at": now,
        "refusals": 0,
        "refused_since": None,
        "troubled_since": None,
        "incident": None,
        "told_at": None,
        "may_mend_blind_until": None,
        "fence": None,
        "lease_until": None,
        "updated_at": now,
    }


def _watch_again(mailbox: Mailbox, now: datetime) -> None:
    """The red goes and checking resumes, unless an operator suspended it by hand."""
    minutes = Tenant.objects.values_list("watch_minutes", flat=True).get(pk=mailbox.tenant_id)
    by_hand = {"state": Mailbox.SUSPENDED, "suspended_by": Mailbox.BY_OPERATOR}
    Mailbox.objects.filter(pk=mailbox.pk).exclude(**by_hand).update(
        state=Mailbox.FINE, suspended_by="", suspended_at=None, due_at=now + timedelta(minutes=minutes)
    )
