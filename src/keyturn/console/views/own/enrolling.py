"""Getting a factor: an authenticator app by its QR code, a passkey by the browser, recovery codes on paper.

These pages open in the console, and also to somebody who may go nowhere else before there is a factor.
"""

from datetime import datetime
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import rotate_token
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from keyturn.console import browser, factors
from keyturn.console.addresses import own_page
from keyturn.console.factors import CodeForm
from keyturn.console.guard import ANYBODY, guarded
from keyturn.door.answers import go_to, page
from keyturn.lib import clock
from keyturn.operators.factors import authenticator_app, enrolling, holding, passkeys, second_step
from keyturn.operators.factors.authenticator_app import Proposal
from keyturn.operators.factors.core.codes import AppCode
from keyturn.operators.sessions import ENROLMENT

TOO_OLD = _("This picture is too old. Scan the new one.")
NOT_THE_APPS = _("This is not the code that the app shows now. Check that the phone's clock is right.")
NOT_KEPT = _("The passkey could not be kept. Was it registered here before? Try again, or take another.")
_LONGEST_NAME = 60

_payable = guarded(ANYBODY, outside=True, confirmed=True, owing=(ENROLMENT,))


@require_http_methods(["GET", "HEAD", "POST"])
@_payable
@sensitive_post_parameters()
def add_app(request: HttpRequest) -> HttpResponse:
    """The QR code, and the first code that the app makes of it."""
    now, form = clock.now(), CodeForm("code", "proposal", posted=request.POST)
    form["code"].focus = True
    proposal = authenticator_app.propose(request.operator, _place(request), now)
    if request.method != "POST":
        return _app_page(request, form, proposal)
    code = form.code()
    sent = authenticator_app.proposed(request.operator, _place(request), form.only("proposal"), now)
    if sent is None:
        form.refuse("code", TOO_OLD)
    elif code is not None and not _keeps(request, sent, code, now):
        form.refuse("code", NOT_THE_APPS)
    if form.refused:
        return _app_page(request, form, sent or proposal)
    return _done(request, second_step.APP, now)


@require_http_methods(["GET", "HEAD", "POST"])
@_payable
def add_passkey(request: HttpRequest) -> HttpResponse:
    """A name for the key, and the browser's dialog."""
    now, form = clock.now(), CodeForm("name", "passkey", posted=request.POST)
    form["name"].focus = True
    if request.method == "POST":
        name, brought = form.line("name", at_most=_LONGEST_NAME), factors.answer(request, form)
        kept = name and brought and enrolling.add_passkey(request.operator_session, brought, name, now)
        if kept:
            return _done(request, second_step.PASSKEY, now)
        if name:
            form.refuse_all(NOT_KEPT, focus="name")
    values = {"form": form, "passkeys_work": factors.passkeys_work(request), "next": _next(request)}
    return page(request, "console/own/passkey.html", values)


@require_POST
@_payable
def passkey_to_add(request: HttpRequest) -> HttpResponse:
    """What the browser needs to make a new passkey."""
    return JsonResponse(passkeys.invite(request.operator_session, factors.site(request), clock.now()))


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(ANYBODY, outside=True, confirmed=True)
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """A new set, shown once."""
    if not holding.has_any(request.operator):
        return go_to("console_me")
    if request.method != "POST":
        return page(request, "console/own/renew_codes.html", {})
    codes = enrolling.new_recovery_codes(request.operator, clock.now())
    return page(request, "console/own/recovery_codes.html", {"codes": codes, "next": "/console/me"})


def _keeps(request: HttpRequest, proposal: Proposal, code: Any, now: datetime) -> bool:
    return isinstance(code, AppCode) and enrolling.add_app(request.operator, proposal, code, now)


def _done(request: HttpRequest, factor: str, now: datetime) -> HttpResponse:
    """The factor is kept. With the first one come recovery codes; who waited for it may now go on."""
    opened = second_step.after_enrolment(request.operator_session, factor, browser.of(request), now)
    if opened is None:
        return go_to("console_me", query="notice=factor-added")
    codes = enrolling.new_recovery_codes(request.operator, now)
    values = {"codes": codes, "is_first": True, "next": _next(request)}
    response = page(request, "console/own/recovery_codes.html", values)
    browser.keep(response, opened, now)
    rotate_token(request)
    return response


def _app_page(request: HttpRequest, form: CodeForm, proposal: Proposal) -> HttpResponse:
    picture = segno.make(proposal.address, error="m", micro=False)
    drawn = picture.svg_inline(scale=4, border=4, light="#fff", dark="#000", omitsize=True)
    letters = " ".join(proposal.secret[start : start + 4] for start in range(0, len(proposal.secret), 4))
    values = {
        "form": form,
        "picture": mark_safe(drawn),  # noqa: S308 -- paths and numbers, drawn by the library from our own text
        "letters": letters,
        "sealed": proposal.sealed,
        "has_app": holding.of(request.operator).app is not None,
        "next": _next(request),
    }
    return page(request, "console/own/app.html", values)


def _place(request: HttpRequest) -> str:
    return factors.site(request).name


def _next(request: HttpRequest) -> str:
    return own_page(request.GET.get("next", "/console/me"))
