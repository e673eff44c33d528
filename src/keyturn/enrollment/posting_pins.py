"""The worker's part of *Email PIN code*: opens the sealed PIN, asks everything again, and writes the message.

Message and end of the row stand or fall together, under the fence of the claim: a worker that dies leaves neither.
"""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction

from keyturn.enrollment import mailing, offers, pins, ranking
from keyturn.enrollment.mailing import Wanted
from keyturn.enrollment.models import Pin, PinMailing
from keyturn.lib import addresses, clock, leases, points
from keyturn.outbox import posting, purposes
from keyturn.outbox.models import Message
from keyturn.outbox.posting import Letter
from keyturn.people.models import Address, Person
from keyturn.people.rights import holding
from keyturn.tenants import finding, scope

ASKER_GONE = "asker_gone"
CANNOT_OPEN = "cannot_open"
_ACTOR = "worker"
_WORTH_DELIVERING = timedelta(days=2)
log = structlog.get_logger("keyturn.enrollment")


def step() -> bool:
    """Write the mail that has waited longest; False when none waits."""
    now = clock.now()
    lease = leases.claim(PinMailing, now=now, lease=timedelta(seconds=settings.KEYTURN_LEASE_SECONDS))
    if lease is None:
        return False
    points.reach("pin_mailing.claimed")
    with scope.inside(lease.tenant_id):
        try:
            with transaction.atomic():
                _go_on(lease, now)
                points.reach("pin_mailing.written")
        except leases.LeaseLost:
            log.warning("pin_mailing.lease_lost", mailing=str(lease.id))
            return True
    points.reach("pin_mailing.committed")
    return True


def _go_on(lease: leases.Claim, now: datetime) -> None:
    row = PinMailing.objects.select_related("pin__owner").get(pk=lease.id)
    holding.lock(row.pin.owner)  # whoever takes the PIN or a right away is before this, or after it
    row.pin.refresh_from_db()
    wanted = _wanted(row, now)
    reason = _refusal(row, wanted)
    if reason:
        leases.settle(PinMailing, lease, state=PinMailing.REFUSED, reason=reason, ended_at=now, due_at=None)
        mailing.record("pin_mailing.refused", row, now, actor=_ACTOR, reason=reason)
        return
    message = _post(row, wanted.own(), now)
    if wanted.is_elsewhere:
        offers.let_out(row.pin, mailing.agreed_to(row))
    leases.settle(PinMailing, lease, state=PinMailing.SENT, message=message.pk, ended_at=now, due_at=None)
    told = {"asked_by": row.asked_by, "approved_by": row.approved_by, "message": str(message.pk)}
    mailing.record("pin_mailing.sent", row, now, actor=_ACTOR, **told)


def _wanted(row: PinMailing, now: datetime) -> Wanted | None:
    """What was asked for; None when whoever asked may do so no more."""
    operator = ranking.operator_of(row.asked_by)
    if operator is None or not operator.has_perm("enrollment.issue_pin"):
        return None
    is_approved = bool(row.approved_by) and not mailing.has_changed_since(row)
    return Wanted(row.pin, addresses.parse(row.to), operator, now, is_approved=is_approved)


def _refusal(row: PinMailing, wanted: Wanted | None) -> str:
    """Why it is not mailed after all; empty when it is."""
    if wanted is None:
        return ASKER_GONE
    if stop := wanted.stop():
        return stop.value
    return "" if pins.opened(row.pin) else CANNOT_OPEN


def _post(row: PinMailing, own: Address | None, now: datetime) -> Message:
    pin, owner = row.pin, row.pin.owner
    deadline = min(pin.expires_at, now + _WORTH_DELIVERING)
    values, location = _values(pin, owner), row.location_id
    letter = Letter(purposes.PIN_CODE, own or row.to, values, deadline, location_id=location)
    if own:
        return posting.post(letter, person=owner, now=now, language=owner.language)
    return posting.post_elsewhere(letter, now=now)


def _values(pin: Pin, owner: Person) -> dict[str, str]:
    tenant = finding.by_id(pin.tenant_id)
    link = f"{tenant.public_url.rstrip('/')}/sign-up"
    return {"PINCODE": pins.opened(pin).written, "SIGN_UP_LINK": link, "OWNER": owner.name}
