"""Between the password and the console: proving a second factor, or getting the first one; and confirming later."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import rotate_token
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyturn.console import browser, factors
from keyturn.console.addresses import own_page
from keyturn.console.factors import CodeForm
from keyturn.console.guard import ANYBODY, guarded, owing
from keyturn.door.answers import SeeOther, page, too_many
from keyturn.lib import clock
from keyturn.operators import own
from keyturn.operators.factors import holding, passkeys, second_step
from keyturn.operators.sessions import ENROLMENT, SECOND_FACTOR

WRONG_PASSWORD = _("This is not your password. Capital letters count.")


@require_http_methods(["GET", "HEAD", "POST"])
@owing(SECOND_FACTOR)
@sensitive_post_parameters()
def second_factor(request: HttpRequest) -> HttpResponse:
    """The second step of signing in."""
    form = CodeForm("code", "passkey", posted=request.POST)
    if request.method != "POST" or not (brought := factors.proof(request, form)):
        return page(request, "console/own/second_factor.html", factors.ways(request, form))
    now = clock.now()
    outcome = second_step.sign_in(request.operator_session, brought, browser.of(request), now)
    if isinstance(outcome, second_step.Wait):
        return too_many(request, outcome.until, now)
    if isinstance(outcome, second_step.Refused):
        factors.refuse(form, brought)
        return page(request, "console/own/second_factor.html", factors.ways(request, form))
    response = SeeOther(own_page(request.GET.get("next", "")))
    browser.keep(response, outcome, now)
    rotate_token(request)
    return response


@require_POST
@owing(SECOND_FACTOR)
def passkey_to_sign_in(request: HttpRequest) -> HttpResponse:
    """What a passkey shall sign to finish signing in."""
    return JsonResponse(passkeys.ask(request.operator_session, factors.site(request), clock.now()))


@require_safe
@owing(ENROLMENT)
def enrol(request: HttpRequest) -> HttpResponse:
    """The organization wants a second factor and this operator has none: which shall it be."""
    values = {"passkeys_work": factors.passkeys_work(request), "next": own_page(request.GET.get("next", ""))}
    return page(request, "console/own/enrol.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(ANYBODY, outside=True, owing=(ENROLMENT,))
@sensitive_post_parameters()
def confirm(request: HttpRequest) -> HttpResponse:
    """Before something grave: prove it once more, by a factor, or, without one, by the password.

    Where there is a factor the password does not suffice: whoever found it out must not remove the factor with it.
    """
    if holding.has_any(request.operator):
        return _confirm_by_factor(request)
    return _confirm_by_password(request)


@require_POST
@guarded(ANYBODY, outside=True)
def passkey_to_confirm(request: HttpRequest) -> HttpResponse:
    """What a passkey shall sign to confirm."""
    return JsonResponse(passkeys.ask(request.operator_session, factors.site(request), clock.now()))


def _confirm_by_factor(request: HttpRequest) -> HttpResponse:
    form = CodeForm("code", "passkey", posted=request.POST)
    if request.method == "POST" and (brought := factors.proof(request, form)):
        now = clock.now()
        outcome = second_step.confirm(request.operator_session, brought, now)
        if outcome is True:
            return SeeOther(own_page(request.GET.get("next", "")))
        if isinstance(outcome, second_step.Wait):
            return too_many(request, outcome.until, now)
        factors.refuse(form, brought)
    return page(request, "console/own/confirm.html", factors.ways(request, form))


def _confirm_by_password(request: HttpRequest) -> HttpResponse:
    form = CodeForm("password", posted=request.POST)
    form["password"].focus = True
    if request.method == "POST" and (password := form.secret("password")):
        now = clock.now()
        outcome = own.confirm(request.operator_session, password, now)
        if outcome is True:
            return SeeOther(own_page(request.GET.get("next", "")))
        if isinstance(outcome, own.Wait):
            return too_many(request, outcome.until, now)
        form.refuse("password", WRONG_PASSWORD)
    return page(request, "console/own/confirm.html", {"form": form, "by_password": True})
