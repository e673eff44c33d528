"""Links in notices, by which the owner of a mailbox gives its new password without signing in (M1.10).

Selector and verifier are drawn and kept as those of a recovery's link, under a purpose of their own, so that neither
opens the other's page. What makes a link count stands in the statement that uses it: not ended, not expired, tries
left, the incident it was sent for not over, person and organization active. So a mended mailbox ends every link to
it.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet

from keyturn.monitoring.models import Mailbox, MendingLink
from keyturn.people.models import Person
from keyturn.recovery.core import ticket as core
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

PURPOSE = "mailbox"
KEPT = timedelta(hours=72)  # long, because it is worthless without the old password
TRIES = 5


def issue(mailbox: Mailbox, now: datetime) -> str:
    """Put a link in force instead of the mailbox's earlier one, inside the caller's transaction; gives its address.

    The mailbox has an incident, and the link counts as long as that lasts.
    """
    end(mailbox.pk, now)
    token = core.draw().token
    MendingLink.objects.create(
        mailbox=mailbox,
        incident=mailbox.incident,
        selector=token.selector,
        verifier_hash=_hash(token),
        created_at=now,
        expires_at=now + KEPT,
    )
    public_url = Tenant.objects.values_list("public_url", flat=True).get(pk=scope.current_id())
    return f"{public_url.rstrip('/')}/mailbox/{token}"


def end(mailbox_id: UUID, now: datetime) -> int:
    """End the mailbox's links; returns how many there were."""
    return MendingLink.objects.filter(mailbox_id=mailbox_id, ended_at=None).update(ended_at=now)


def find(raw: object) -> MendingLink | None:
    """The link of a token, whatever its state, with mailbox and person; None for everything that was made up."""
    token = core.read_token(raw)
    if token is None:
        return None
    held = MendingLink.objects.filter(selector=token.selector, verifier_hash=_hash(token))
    return held.select_related("mailbox__person").first()


def alive(now: datetime) -> QuerySet[MendingLink]:
    """The links that count now."""
    return MendingLink.objects.filter(_is_wanted(), ended_at=None, expires_at__gt=now, attempts__lt=TRIES)


def is_alive(link: MendingLink, now: datetime) -> bool:
    """Whether this one counts now, asked of the row itself."""
    return alive(now).filter(pk=link.pk).exists()


def count_try(link: MendingLink, now: datetime) -> bool:
    """Take one of the link's tries; False when it has none left or does not count any more."""
    return alive(now).filter(pk=link.pk).update(attempts=F("attempts") + 1) == 1


def _is_wanted() -> Exists:
    """The incident lasts, and both the person and the organization are active."""
    return Exists(
        Mailbox.objects.filter(
            pk=OuterRef("mailbox_id"),
            incident=OuterRef("incident"),
            person__status=Person.ACTIVE,
            tenant__status=Tenant.ACTIVE,
        )
    )


def _hash(token: core.Token) -> str:
    return core.verifier_hash(token, scope.current_id(), PURPOSE)
