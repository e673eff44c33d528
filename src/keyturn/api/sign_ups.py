"""Signing up with a PIN, from an app (M2.9)."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import Router

from keyturn.api import problems
from keyturn.api.body import strict_json
from keyturn.api.door import answers, sent, tenant_of
from keyturn.api.problems import ProblemAnswer
from keyturn.api.shapes import Reference, SignUpAsked
from keyturn.door import source
from keyturn.enrollment import sign_ups
from keyturn.enrollment.core.facts import Door
from keyturn.enrollment.sign_ups import Asked, Needed, Proof, TooMany, WishRefused
from keyturn.lib import clock

router = Router(tags=["sign-ups"])


@router.post("", response=answers(403, 413, 415, 422, 429, status=202, ok=Reference), summary="Sign up with a PIN")
@strict_json
def sign_up(request: HttpRequest, body: SignUpAsked) -> HttpResponse:
    """Accepted in the same words whether the PIN holds or not and the name is free or not; the rest comes by mail.

    While many wrong PINs come the answer to everybody is the problem `proof_needed`, with a challenge to work for.
    """
    tenant = tenant_of(request)
    if not sign_ups.is_open(tenant, Door.API):
        raise ProblemAnswer("sign_up_not_offered")
    asked = Asked(
        pin=body.pin,
        email=body.email,
        username=body.username,
        door=Door.API,
        source=source.network_of(request),
        tenant=tenant,
        language=get_language(),
        proof=Proof(body.proof.challenge, body.proof.counter) if body.proof else None,
    )
    now = clock.now()
    try:
        outcome = sign_ups.ask(asked, now)
    except WishRefused as refused:
        errors = [{"field": field, "reason": reason} for field, reason in refused.problems.items()]
        raise ProblemAnswer("malformed", errors=errors) from refused
    if isinstance(outcome, TooMany):
        return problems.wait(request, outcome.until, now)
    if isinstance(outcome, Needed):
        told = {"challenge": outcome.challenge, "bits": outcome.bits}
        return problems.wait(request, outcome.until, now, "proof_needed", **told)
    return sent({"reference": outcome.reference}, 202)
