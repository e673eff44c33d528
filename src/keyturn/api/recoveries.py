"""Asking to get back in, and redeeming what came by mail."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from keyturn.api import judgements, problems
from keyturn.api.body import strict_json
from keyturn.api.door import answers, sent, tenant_of
from keyturn.api.problems import ProblemAnswer
from keyturn.api.shapes import RecoveryAsked, Redemption, Reference, read_phone
from keyturn.door import source
from keyturn.lib import clock
from keyturn.lib.phones import PhoneRefused
from keyturn.recovery import intake, redeem
from keyturn.recovery.core.claim import Claim
from keyturn.tenants.models import Tenant

router = Router(tags=["recoveries"])
_NO_TENANT_REGION = "US"  # on the installation's own address a number without a country code is read as one of here


@router.post("", response=answers(413, 415, 422, 429, status=202, ok=Reference), summary="Ask to get back in")
@strict_json
def ask(request: HttpRequest, body: RecoveryAsked) -> HttpResponse:
    """Always accepted in the same words, whether anybody has this address or not.

    On the installation's own address the phone number, then the email, finds the organization.
    """
    tenant = None if request.is_installation else request.tenant
    claim = Claim(email=body.email, phone=_phone(body.phone, request.tenant))
    asked = intake.Asked(claim, body.method, "api", source.network_of(request), tenant)
    now = clock.now()
    outcome = intake.ask(asked, now)
    if isinstance(outcome, intake.TooMany):
        return problems.wait(request, outcome.until, now)
    return sent({"reference": outcome.reference}, 202)


@router.post(
    "/redeem",
    response=answers(403, 409, 413, 415, 422, 429, 503, status=204),
    summary="Set a new password with link and code",
)
@strict_json
def redeem_ticket(request: HttpRequest, body: Redemption) -> HttpResponse:
    """Sets the password once. A link or code that is wrong, used or too old is refused in one and the same word."""
    tenant_of(request)
    attempt, now = redeem.Attempt(body.token, body.code, body.new_password, source.network_of(request)), clock.now()
    outcome = redeem.redeem(attempt, now)
    if isinstance(outcome, redeem.Wait):
        return problems.wait(request, outcome.until, now)
    return _told(request, outcome)


def _told(request: HttpRequest, outcome: redeem.Outcome) -> HttpResponse:
    match outcome:
        case redeem.Redeemed():
            return HttpResponse(status=204)
        case redeem.Weak(judgement):
            return judgements.weak(request, judgement)
        case redeem.Malformed(field):
            return problems.answer(request, "malformed", errors=[{"field": field, "reason": "malformed"}])
        case redeem.NotTaken():
            return problems.answer(request, "password_not_taken")
        case redeem.DirectoryDown():
            return problems.answer(request, "unavailable")
        case redeem.Busy():
            return problems.answer(request, "busy")
    return problems.answer(request, "link_refused")


def _phone(raw: str | None, tenant: Tenant | None) -> str:
    if raw is None:
        return ""
    try:
        return read_phone(raw, tenant.phone_region if tenant else _NO_TENANT_REGION)
    except PhoneRefused as problem:
        raise ProblemAnswer("malformed", errors=[{"field": "phone", "reason": problem.reason}]) from problem
