"""What happened behind the uniform answer: the last lines of the request log. Strangers never hear these."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from keyturn.lib import clock
from keyturn.recovery import wording
from keyturn.recovery.core.policy import Reason
from keyturn.recovery.models import Recovery
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

LIMITS = {Reason.ASKED_TOO_OFTEN, Reason.TOO_MANY_TO_ACCOUNT, Reason.TOO_MANY_TO_DESTINATION}
_SHOWN = timedelta(hours=6)
_AT_MOST = 6
_BY_MAIL, _BY_BOTH = _("written to by email"), _("written to by email and SMS")
_VERDICTS = {
    Recovery.COMPLETED: _("a new password was set"),
    Recovery.REFUSED: _("refused"),
    Recovery.FAILED: _("came to nothing"),
}


@dataclass(frozen=True)
class Request:
    """One request to recover, what was decided and what became of it."""

    at: datetime
    tenant: str
    reference: str
    claimed: str
    verdict: str
    because: str
    met_a_limit: bool


def requests() -> list[Request]:
    """The last requests of all tenants, the newest first."""
    since = clock.now() - _SHOWN
    found = []
    for tenant in Tenant.objects.all():
        with scope.inside(tenant.id):
            recoveries = Recovery.objects.filter(created_at__gt=since).select_related("person")
            found += [_request(recovery, tenant) for recovery in recoveries.order_by("-created_at")[:_AT_MOST]]
    return sorted(found, key=lambda request: request.at, reverse=True)[:_AT_MOST]


def _request(recovery: Recovery, tenant: Tenant) -> Request:
    return Request(
        at=recovery.created_at,
        tenant=tenant.name,
        reference=recovery.reference,
        claimed=recovery.claimed or (recovery.person.name if recovery.person else ""),  # an operator claims nothing
        verdict=_verdict(recovery),
        because=str(wording.explain(recovery.reason)),
        met_a_limit=recovery.reason in LIMITS,
    )


def _verdict(recovery: Recovery) -> str:
    if recovery.state == Recovery.OPEN:
        return str(_BY_BOTH if "sms" in recovery.channels else _BY_MAIL)
    return str(_VERDICTS[recovery.state])
