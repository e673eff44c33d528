"""Asking for a new password: by the option on the sign-in page (M4.2) and by *Forgot your password?* (M3.1)."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyturn.access import devices
from keyturn.door import source
from keyturn.door.answers import go_to, page, too_many
from keyturn.lib import clock
from keyturn.people import identifiers
from keyturn.portal import browser
from keyturn.portal.answers import of_tenant, offering_links, reference_or_404
from keyturn.portal.forms import Form
from keyturn.recovery import disclosure, intake
from keyturn.recovery.core.claim import Claim
from keyturn.recovery.disclosure import Say


@require_http_methods(["GET", "HEAD", "POST"])
@of_tenant
@offering_links
def forgot(request: HttpRequest) -> HttpResponse:
    """Type a user name; what follows is the same for everybody."""
    form = Form("identifier", posted=request.POST)
    if request.method != "POST":
        return page(request, "portal/forgot.html", {"form": form})
    identifier = form.identifier(request.tenant.identifier_pattern)
    if form.refused:
        return page(request, "portal/forgot.html", {"form": form})
    now = clock.now()
    asked = intake.Asked(Claim(identifier=identifier), "link", "portal", source.network_of(request), request.tenant)
    outcome = intake.ask(asked, now)
    if isinstance(outcome, intake.TooMany):
        return too_many(request, outcome.until, now)
    return go_to("forgot_sent", outcome.reference)


@require_http_methods(["GET", "HEAD", "POST"])
@of_tenant
@offering_links
def confirm(request: HttpRequest) -> HttpResponse:
    """The dialog: where the code will go, *OK* and *Cancel*. Writes nothing."""
    if request.method != "POST":
        return go_to("forgot")
    form = Form("identifier", posted=request.POST)
    identifier = form.identifier(request.tenant.identifier_pattern)
    if form.refused:
        return page(request, "portal/forgot.html", {"form": form})
    device = devices.read(request.COOKIES.get(browser.DEVICE, ""), identifiers.key(identifier))
    looking = disclosure.Looking(identifier, device.masked_email if device else None, source.network_of(request))
    shown = disclosure.address_to_show(request.tenant, looking, clock.now())
    may_send = shown.say in (Say.ADDRESS, Say.ON_FILE)
    values = {"identifier": identifier, "shown": shown, "may_send": may_send}
    return page(request, "portal/confirm.html", values)


@require_POST
@of_tenant
def cancel(request: HttpRequest) -> HttpResponse:
    """Back to the sign-in page with the user name still there. Nothing was sent."""
    form = Form("identifier", posted=request.POST)
    query = urlencode({"identifier": form.identifier(request.tenant.identifier_pattern)})
    return go_to("sign_in", query=query)


@require_safe
@of_tenant
def sent(request: HttpRequest, reference: str) -> HttpResponse:
    """The same words for everybody, and the reference by which staff can find what became of it."""
    return page(request, "portal/sent.html", {"reference": reference_or_404(reference)})
