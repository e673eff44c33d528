"""Signing up with a PIN: the form behind the icon on the sign-in page, and the same answer for everybody (M2.9).

Whether the PIN is good, and whether the name or the address is taken, is found by the worker: nothing is looked up
here, so there is nothing to see and nothing to time. While many wrong PINs come the page has its browser do some work
first (static/keyturn/proof.js), whoever asks.
"""

import math
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from keyturn.door import source
from keyturn.door.answers import go_to, page, seconds_until, too_many
from keyturn.enrollment import sign_ups
from keyturn.enrollment.core.facts import Door
from keyturn.enrollment.sign_ups import Asked, Needed, Proof, TooMany, WishRefused
from keyturn.lib import clock
from keyturn.people import identifiers
from keyturn.portal.answers import of_tenant, offering_sign_up, reference_or_404
from keyturn.portal.forms import LONGEST_EMAIL, LONGEST_PIN, Form

FORM = "portal/sign_up.html"


@require_http_methods(["GET", "HEAD", "POST"])
@of_tenant
@offering_sign_up
@sensitive_post_parameters("pin")
def sign_up(request: HttpRequest) -> HttpResponse:
    """PIN, email and the wished user name; what follows is the same for everybody."""
    form, now = Form("pin", "email", "username", posted=request.POST), clock.now()
    if request.method != "POST":
        form["pin"].focus = True
        return page(request, FORM, _values(form, sign_ups.work(request.tenant, now), now))
    asked = _asked(request, form)
    try:
        outcome = sign_ups.ask(asked, now)
    except WishRefused as refused:
        form.refuse_wish(refused.problems)
        return page(request, FORM, _values(form, sign_ups.work(request.tenant, now), now))
    if isinstance(outcome, TooMany):
        return too_many(request, outcome.until, now)
    if isinstance(outcome, Needed):
        answer = page(request, FORM, _values(form, outcome, now) | {"is_not_sent": True}, status=429)
        answer.headers["Retry-After"] = str(seconds_until(outcome.until, now))
        return answer
    return go_to("sign_up_sent", outcome.reference)


@require_safe
@of_tenant
@offering_sign_up
def sent(request: HttpRequest, reference: str) -> HttpResponse:
    """Where to look, and the reference by which staff can find what became of it."""
    return page(request, "portal/sign_up_sent.html", {"reference": reference_or_404(reference)})


def _values(form: Form, work: Needed | None, now: datetime) -> dict[str, Any]:
    """The form, what its browser must work out before it is sent, and how long that will be so."""
    return {"form": form, "work": work, "minutes": math.ceil(seconds_until(work.until, now) / 60) if work else 0}


def _asked(request: HttpRequest, form: Form) -> Asked:
    """What was typed. Of a field that cannot even be shown again nothing is handed on, which is refused, too."""
    return Asked(
        pin=form.line("pin", at_most=LONGEST_PIN),
        email=form.line("email", at_most=LONGEST_EMAIL),
        username=form.line("username", at_most=identifiers.LONGEST),
        door=Door.WEB,
        source=source.network_of(request),
        tenant=request.tenant,
        language=get_language(),
        proof=Proof(request.POST.get("challenge"), request.POST.get("counter")),
    )
