"""Handing on: a mailbox's secret, sealed to the public key of the tenant's own software (M1.15).

    ask(mailbox, now, actor=…)      the web: what is sealed already, or a wish for it
    step()                          the worker: opens, seals to the software's key, records who wanted it
The web process opens nothing, and nobody but the software opens what it hands out.
"""

from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from keyturn.audit import events
from keyturn.lib import clock, leases, seal, wake
from keyturn.monitoring import sealing
from keyturn.monitoring.core import envelope
from keyturn.monitoring.models import Handing, Mailbox
from keyturn.tenants import finding, scope

KEPT = timedelta(hours=1)  # software that asks later has it sealed once more
log = structlog.get_logger("keyturn.monitoring")


class Withheld(StrEnum):
    """Why there is nothing to hand on."""

    NO_KEY = "no_hand_on_key"
    NO_SECRET = "no_secret"  # noqa: S105 -- a word


def ask(mailbox: Mailbox, now: datetime, *, actor: str) -> Handing | Withheld:
    """The secret that the mailbox has now, for the key that the tenant has now; not `sealed` yet: ask again."""
    key = finding.by_id(scope.current_id()).hand_on_key
    if not key:
        return Withheld.NO_KEY
    if mailbox.sealed is None:
        return Withheld.NO_SECRET
    handing = _wished(mailbox, key, now, actor)
    return Withheld.NO_SECRET if handing.is_broken else handing


def step() -> bool:
    """Seal the one that was asked for longest ago; False when there is none. For the worker."""
    now = clock.now()
    claim = leases.claim(Handing, now=now, lease=timedelta(seconds=settings.KEYTURN_LEASE_SECONDS))
    if claim is None:
        return False
    with scope.inside(claim.tenant_id):
        try:
            _seal(claim, now)
        except leases.LeaseLost:
            log.info("handing.lease_lost", of=str(claim.id))
    return True


def purge(now: datetime) -> None:
    """Destroy the current tenant's sealed copies that were asked for an hour ago."""
    Handing.objects.filter(asked_at__lt=now - KEPT).delete()


@transaction.atomic
def _wished(mailbox: Mailbox, key: str, now: datetime, actor: str) -> Handing:
    """The row, made, or renewed where it is of another secret or key; one UPDATE decides who renews it."""
    wanted = {"key": key, "secret_version": mailbox.secret_version}
    fresh = wanted | {"asked_by": actor, "asked_at": now, "due_at": now}
    handing, is_new = Handing.objects.get_or_create(mailbox=mailbox, defaults=fresh)
    unsealed = Q(sealed=None, due_at=None, is_broken=False)  # the worker let it lie: the tenant was suspended
    old = Handing.objects.filter(~Q(**wanted) | unsealed, pk=handing.pk)
    blank = {"sealed": None, "sealed_at": None, "is_broken": False, "fence": None, "lease_until": None, "attempts": 0}
    if is_new or old.update(**fresh, **blank):
        transaction.on_commit(wake.ring)
    return handing if is_new else Handing.objects.get(pk=handing.pk)


def _seal(claim: leases.Claim, now: datetime) -> None:
    handing = Handing.objects.select_related("mailbox", "tenant").get(pk=claim.id)
    mailbox = handing.mailbox
    is_overtaken = (mailbox.secret_version, handing.tenant.hand_on_key) != (handing.secret_version, handing.key)
    if is_overtaken or mailbox.sealed is None or not handing.tenant.is_active:
        return leases.settle(Handing, claim, due_at=None, is_broken=False)
    try:
        sealed = seal.for_others(seal.public_key(handing.key), envelope.write(_contents(mailbox)))
    except seal.SealBroken:
        return leases.settle(Handing, claim, due_at=None, is_broken=True)
    with transaction.atomic():
        leases.settle(Handing, claim, sealed=sealed, sealed_at=now, due_at=None)
        told = {"mailbox": str(mailbox.pk), "name": mailbox.name, "secret_version": mailbox.secret_version}
        subject = f"person:{mailbox.person_id}"
        events.record("mailbox.secret_handed", at=now, actor=handing.asked_by, subject=subject, **told)
    return None


def _contents(mailbox: Mailbox) -> envelope.Contents:
    return envelope.Contents(
        mailbox=str(mailbox.pk),
        version=mailbox.secret_version,
        protocol=mailbox.protocol,
        host=mailbox.host,
        port=mailbox.port,
        tls=mailbox.tls,
        username=mailbox.username,
        secret=sealing.open(mailbox),
    )
