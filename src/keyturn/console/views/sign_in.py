"""Operators sign in to the console, and out of it."""

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from keyturn.console import browser
from keyturn.console.addresses import own_page
from keyturn.console.guard import ANYBODY, guarded
from keyturn.door.answers import SeeOther, go_to, page, too_many
from keyturn.door.forms import Form
from keyturn.lib import clock
from keyturn.operators import own
from keyturn.operators import sign_in as door
from keyturn.operators.sessions import ENROLMENT, SECOND_FACTOR
from keyturn.operators.sign_in import Credentials, Wait

NOTICES = {
    "signed-out": _("You are signed out."),
    "ready": _("Your password is saved. Sign in with it."),
}
WRONG = _("User name and password do not go together. Check both; capital letters count in the password.")


class SignInForm(Form):
    """A form that knows what to say of an empty user name."""

    EMPTY = Form.EMPTY | {"identifier": _("Type your user name.")}


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The form; sent, it goes on to the page that was wished for."""
    if request.method != "POST":
        form = SignInForm("identifier", "password")
        form["identifier"].focus = True
        return _page(request, form)
    form = SignInForm("identifier", "password", posted=request.POST)
    username, password = form.line("identifier", at_most=door.LONGEST_NAME), form.secret("password")
    return _page(request, form) if form.refused else _enter(request, form, username, password)


@require_POST
@guarded(ANYBODY, outside=True, owing=(SECOND_FACTOR, ENROLMENT))
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session of this browser."""
    now = clock.now()
    own.sign_out(request.operator_session, now)
    response = go_to("console_sign_in", query="notice=signed-out")
    browser.drop(response)
    return response


def _enter(request: HttpRequest, form: Form, username: str, password: str) -> HttpResponse:
    now = clock.now()
    outcome = door.sign_in(
        Credentials(username, password, browser.of(request), request.tenant, request.is_installation), now
    )
    if isinstance(outcome, Wait):
        return too_many(request, outcome.until, now)
    if isinstance(outcome, door.Refused):
        form.refuse_all(WRONG, focus="password")
        return _page(request, form)
    response = SeeOther(own_page(request.GET.get("next", "")))
    browser.keep(response, outcome, now)
    rotate_token(request)
    return response


def _page(request: HttpRequest, form: Form) -> HttpResponse:
    notice = NOTICES.get(request.GET.get("notice", ""))
    return page(request, "console/sign_in.html", {"form": form, "notice": notice})
