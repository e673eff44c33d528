"""What happened behind the uniform answer: the request log's last lines, in words. Strangers never hear these."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from keyturn.lib import clock
from keyturn.recovery.models import Recovery
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

_SHOWN = timedelta(hours=6)
_AT_MOST = 6
_BECAUSE = {
    "person_unknown": "nobody at {tenant} has that name or address",
    "person_inactive": "the person is inactive",
    "no_address": "there is no email address on record",
}


@dataclass(frozen=True)
class Request:
    """One request to recover and what was decided."""

    at: datetime
    tenant: str
    reference: str
    claimed: str
    is_refused: bool
    outcome: str
    was_limited: bool


def requests() -> list[Request]:
    """The last requests of all tenants, the newest first."""
    since = clock.now() - _SHOWN
    found = []
    for tenant in Tenant.objects.all():
        with scope.inside(tenant.id):
            recoveries = Recovery.objects.filter(created_at__gt=since).order_by("-created_at")[:_AT_MOST]
            found += [_request(recovery, tenant) for recovery in recoveries]
    return sorted(found, key=lambda request: request.at, reverse=True)[:_AT_MOST]


def _request(recovery: Recovery, tenant: Tenant) -> Request:
    is_refused = recovery.state == Recovery.REFUSED
    return Request(
        at=recovery.created_at,
        tenant=tenant.name,
        reference=recovery.reference,
        claimed=recovery.claimed,
        is_refused=is_refused,
        outcome=_because(recovery.reason, tenant) if is_refused else _state(recovery),
        was_limited="limit" in recovery.reason or "often" in recovery.reason or "many" in recovery.reason,
    )


def _because(reason: str, tenant: Tenant) -> str:
    return _BECAUSE.get(reason, reason.replace("_", " ")).format(tenant=tenant.name)


def _state(recovery: Recovery) -> str:
    sent = " and ".join(str(channel) for channel in recovery.channels)
    return {
        Recovery.OPEN: f"sent by {sent}" if sent else "sent",
        Recovery.COMPLETED: "completed: a new password was set",
        Recovery.FAILED: "failed; the old password still works",
    }.get(recovery.state, recovery.state)
