"""Signing in and out (M4.1, M4.9)."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from keyturn.access import sessions
from keyturn.access.models import Session
from keyturn.access.sign_in import Credentials, SignedIn, Wait
from keyturn.access.sign_in import sign_in as enter
from keyturn.door import source
from keyturn.door.answers import go_to, page, too_many
from keyturn.enrollment import sign_ups
from keyturn.enrollment.core.facts import Door
from keyturn.lib import clock
from keyturn.people import identifiers
from keyturn.portal import browser
from keyturn.portal.answers import of_tenant
from keyturn.portal.forms import Form

# A browser's copy of people.identifiers.well_formed: anything without an @, or something that looks like an address.
ANY_USER_NAME = r"[^@]*[^@\s][^@]*|\s*[^@\s]+@[^@\s.]+(\.[^@\s.]+)+\s*"

NOTICES = {
    "password-changed": _("Your new password is saved. Sign in with it."),
    "signed-out": _("You are signed out."),
    "signed-out-everywhere": _("You are signed out in every browser and app."),
    "sign-in-first": _("Sign in first."),
}
WRONG = _("User name and password do not go together. Check both; capital letters count in the password.")


@require_http_methods(["GET", "HEAD", "POST"])
@of_tenant
def sign_in(request: HttpRequest) -> HttpResponse:
    """One form; the reset option stands in it once a well-formed user name was typed."""
    if request.method == "POST":
        return _enter(request)
    form = Form("identifier", "password")
    form["identifier"].value = _prefilled(request)
    form["password" if form["identifier"].value else "identifier"].focus = True
    return _page(request, form)


@require_POST
@of_tenant
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session of this browser."""
    if session := browser.session_of(request):
        sessions.end(session, clock.now())
    return _out("signed-out")


@require_POST
@of_tenant
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every session of this account, in browsers and apps."""
    if session := browser.session_of(request):
        sessions.end_everywhere(session, clock.now())
    return _out("signed-out-everywhere")


def _enter(request: HttpRequest) -> HttpResponse:
    form = Form("identifier", "password", posted=request.POST)
    identifier, password = form.line("identifier", at_most=identifiers.LONGEST), form.secret("password")
    if form.refused:
        return _page(request, form)
    now = clock.now()
    credentials = Credentials(
        identifier=identifier,
        password=password,
        device=request.COOKIES.get(browser.DEVICE, ""),
        source=source.network_of(request),
        kind=Session.WEB,
        agent=request.headers.get("User-Agent", "")[:200],
    )
    outcome = enter(credentials, request.tenant, now)
    if isinstance(outcome, SignedIn):
        return _inside(request, outcome, now)
    if isinstance(outcome, Wait):
        return too_many(request, outcome.until, now)
    form.refuse_all(WRONG, focus="password")
    return _page(request, form)


def _inside(request: HttpRequest, signed_in: SignedIn, now: datetime) -> HttpResponse:
    query = "notice=temporary-password-cancelled" if signed_in.cancelled_temporary else ""
    response = go_to("change_password" if signed_in.must_change_password else "me", query=query)
    browser.keep(response, browser.SESSION, signed_in.token, signed_in.expires_at - now)
    if signed_in.device:
        browser.keep(response, browser.DEVICE, signed_in.device, browser.DEVICE_KEPT)
    rotate_token(request)
    return response


def _out(notice: str) -> HttpResponse:
    response = go_to("sign_in", query=f"notice={notice}")
    browser.drop(response, browser.SESSION)
    return response


def _prefilled(request: HttpRequest) -> str:
    """The user name that an app's own *Reset password* button filled in (M4.9)."""
    try:
        return identifiers.clean(request.GET.get("identifier", ""))
    except identifiers.IdentifierRefused:
        return ""


def _page(request: HttpRequest, form: Form) -> HttpResponse:
    notice = request.GET.get("notice", "")
    values = {
        "form": form,
        "notice": NOTICES.get(notice),
        "is_good": notice != "sign-in-first",
        "pattern": request.tenant.identifier_pattern or ANY_USER_NAME,
        "offers_link": request.tenant.allow_link_on_portal,
        "offers_pin": sign_ups.is_open(request.tenant, Door.WEB),
    }
    return page(request, "portal/sign_in.html", values)
