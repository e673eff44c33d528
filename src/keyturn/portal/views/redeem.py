"""The page behind the link: code, new password, and the same face for every token there may be (M4.3-M4.6)."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from keyturn.access import devices
from keyturn.door import source
from keyturn.door.answers import go_to, page, too_many
from keyturn.door.forms import DOES_NOT_SUFFICE
from keyturn.lib import clock
from keyturn.passwords.core.judge import Judgement
from keyturn.people.models import Person
from keyturn.portal import browser
from keyturn.portal.answers import of_tenant
from keyturn.portal.forms import Form
from keyturn.portal.new_password import DIRECTORY_DOWN, new_password_part
from keyturn.recovery import outcomes
from keyturn.recovery.redeem import Attempt
from keyturn.recovery.redeem import redeem as set_by_ticket

LONGEST_TOKEN = 200

NOT_ACCEPTED = _("Code and link do not open anything. Check the six digits; the newest message counts.")
ASK_AGAIN = _("Too many wrong codes: this link has ended. Your present password keeps working.")
UNREADABLE = _("This cannot be read. Type it by hand.")
BUSY = _("This link is being used at this very moment. Try to sign in with your new password.")


@require_safe
@of_tenant
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address bar. Looks nothing up and writes nothing."""
    response = go_to("redeem")
    browser.keep_token(response, request, browser.TICKET, token[:LONGEST_TOKEN])
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@of_tenant
def redeem(request: HttpRequest) -> HttpResponse:
    """Code, new password, confirmation, *Save new password*."""
    token = browser.token_of(request, browser.TICKET)
    if token is None:
        return page(request, "portal/link_needed.html", {})
    form = Form("code", "new_password", "confirm_password", posted=request.POST)
    if request.method != "POST":
        form["code"].focus = True
        return _page(request, form)
    code, new_password = form.code(), form.new_password()
    if form.refused:
        return _page(request, form)
    attempt = Attempt(token, code, new_password, source.network_of(request))
    now = clock.now()
    outcome = set_by_ticket(attempt, now)
    if isinstance(outcome, outcomes.Wait):
        return too_many(request, outcome.until, now)
    if isinstance(outcome, outcomes.Redeemed):
        return _to_sign_in(outcome.person)
    return _page(request, form, _explain(form, outcome))


def _to_sign_in(person: Person) -> HttpResponse:
    """Link and code prove at least what a sign-in does, so this browser is known from now on: whoever goes on
    guessing at the name cannot make its owner wait at the very next step."""
    response = go_to("sign_in", query="notice=password-changed")
    browser.drop(response, browser.TICKET)
    browser.keep(response, browser.DEVICE, devices.make_for(person), browser.DEVICE_KEPT)
    return response


def _page(request: HttpRequest, form: Form, judgement: Judgement | None = None) -> HttpResponse:
    return page(request, "portal/redeem.html", {"form": form} | new_password_part(request, judgement))


def _explain(form: Form, outcome: outcomes.Outcome) -> Judgement | None:
    """Put an outcome into words at the place where it can be mended; the judgement, where it was one."""
    match outcome:
        case outcomes.Weak(judgement):
            form.refuse("new_password", DOES_NOT_SUFFICE)
            return judgement
        case outcomes.NotTaken(words):
            form.refuse("new_password", words)
        case outcomes.Malformed(field):
            form.refuse(field, UNREADABLE)
        case outcomes.Refused(outcomes.Answer.ASK_AGAIN):
            form.refuse_all(ASK_AGAIN, focus="code")
        case outcomes.Busy():
            form.refuse_all(BUSY, focus="code")
        case outcomes.DirectoryDown():
            form.refuse_all(DIRECTORY_DOWN, focus="code")
        case _:
            form.refuse("code", NOT_ACCEPTED)
    return None
