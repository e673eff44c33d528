"""The webhook of a tenant: where its own software hears of mailboxes, and the secret that signs the calls (M1.15).

save(…)                             put on record or changed; a new one's secret is shown once
tell(MENDED, [mailbox], now)        within the transaction that makes it true; the worker calls (calling.step)
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from keyturn.audit import events
from keyturn.lib import askable, edits, seal, wake
from keyturn.lib.edits import EditLost, Seen
from keyturn.monitoring.core import calling
from keyturn.monitoring.models import Mailbox, Webhook, WebhookCall
from keyturn.tenants import scope

REFUSED, SUSPENDED, MENDED = "mailbox.refused", "mailbox.suspended", "mailbox.mended"
_CALLS_ARE_KEPT = timedelta(days=30)


class WebhookRefused(ValueError):
    """A webhook cannot be. `field` names what is wrong, `reason` is a word of lib.askable."""

    def __init__(self, reason: str, field: str):
        super().__init__(f"{field}: {reason}")
        self.reason = reason
        self.field = field


@dataclass(frozen=True)
class NewWebhook:
    """A webhook as an operator wants it."""

    url: str
    is_enabled: bool = True


def current() -> Webhook | None:
    """The tenant's webhook, enabled or not."""
    return Webhook.objects.first()


def save(new: NewWebhook, version: int, now: datetime, *, actor: str) -> str:
    """Put it on record (version 0) or change it; the secret in words where one was made, or nothing.

    Raises WebhookRefused or EditLost.
    """
    try:
        url = askable.address(new.url)
    except askable.AddressUnfit as problem:
        raise WebhookRefused(problem.reason, "url") from problem
    kept = current()
    if kept is None and version == 0:
        return _made(url, new.is_enabled, now, actor)
    if kept is None:
        raise EditLost
    with transaction.atomic():
        if changes := edits.save(Seen(kept, version), {"url": url, "is_enabled": new.is_enabled}):
            events.record("webhook.saved", at=now, actor=actor, changed=edits.told(changes))
    return ""


@transaction.atomic
def renew(version: int, now: datetime, *, actor: str) -> str:
    """Another secret, in words; the old one signs nothing more. Raises EditLost."""
    kept, secret = current(), os.urandom(32)
    if kept is None:
        raise EditLost
    edits.save(Seen(kept, version), {"sealed_secret": _sealed(secret)})
    events.record("webhook.saved", at=now, actor=actor, changed={"secret": "replaced"})
    return calling.written(secret)


@transaction.atomic
def remove(version: int, now: datetime, *, actor: str) -> None:
    """Take it away; calls that wait end unsaid. Raises EditLost."""
    if not Webhook.objects.filter(version=version).delete()[0]:
        raise EditLost
    events.record("webhook.removed", at=now, actor=actor)


def tell(event: str, mailboxes: Iterable[Mailbox], now: datetime) -> None:
    """Have the tenant's software told of each, where it wants to hear; within the caller's transaction."""
    hook = current()
    if hook is None or not hook.is_enabled:
        return
    calls = [
        WebhookCall(
            tenant_id=scope.current_id(), event=event, body=_body(event, one, now), created_at=now, due_at=now
        )
        for one in mailboxes
    ]
    WebhookCall.objects.bulk_create(calls)
    transaction.on_commit(wake.ring)


def secret_of(hook: Webhook) -> bytes:
    """What signs the calls; raises SealBroken. For the worker."""
    return seal.unseal("settings", bytes(hook.sealed_secret), _sealed_for())


def latest(many: int) -> list[WebhookCall]:
    """The last calls, the newest first."""
    return list(WebhookCall.objects.order_by("-created_at", "-id")[:many])


def purge(now: datetime) -> None:
    """Remove the current tenant's calls that ended a month ago."""
    WebhookCall.objects.filter(ended_at__lt=now - _CALLS_ARE_KEPT).delete()


def _made(url: str, is_enabled: bool, now: datetime, actor: str) -> str:
    secret = os.urandom(32)
    try:
        with transaction.atomic():
            Webhook.objects.create(url=url, is_enabled=is_enabled, sealed_secret=_sealed(secret))
            events.record("webhook.saved", at=now, actor=actor, url=url)
    except IntegrityError:  # somebody else made the first one
        raise EditLost from None
    return calling.written(secret)


def _sealed(secret: bytes) -> bytes:
    return seal.seal("settings", secret, _sealed_for())


def _sealed_for() -> str:
    """The secret is never sent, so it is bound to its tenant and not to the address."""
    return f"webhook|{scope.current_id()}"


def _body(event: str, mailbox: Mailbox, now: datetime) -> dict:
    told = {"id": str(mailbox.pk), "person_id": str(mailbox.person_id), "name": mailbox.name}
    told |= {name: getattr(mailbox, name) for name in ("protocol", "host", "username", "state", "code")}
    told["secret_version"] = mailbox.secret_version
    return {"type": event, "timestamp": now.strftime("%Y-%m-%dT%H:%M:%SZ"), "data": told}
