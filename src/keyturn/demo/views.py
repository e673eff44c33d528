"""The demo's pages: what to try, and what arrived."""

import ipaddress
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import render
from django.views.decorators.http import require_safe

from keyturn.demo import behind, catcher, reading, story
from keyturn.outbox.models import CellProvider
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

_AT_MOST = 40
_FRAMED = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; "
    "sandbox allow-top-navigation-by-user-activation"
)
_FRAMING = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)


class LoopbackOnly:
    """Mails and passwords lie open in a demo: nobody from another machine gets an answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not ipaddress.ip_address(request.META["REMOTE_ADDR"]).is_loopback:
            return HttpResponseForbidden("The demo answers this machine alone.\n", content_type="text/plain")
        return self.get_response(request)


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Who is there and what to try."""
    port = request.META["SERVER_PORT"]
    players = story.players()
    return render(
        request, "demo/front.html", {"players": players, "mara": players[0], "otto": story.operator(), "port": port}
    )


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Every mail and text message, and why a request got none."""
    gateways = _gateways()
    mails = [reading.read(caught, gateways) for caught in catcher.caught(_folder())[:_AT_MOST]]
    texts = [mail for mail in mails if mail.is_text_message]
    requests = behind.requests()
    page = {
        "mails": [mail for mail in mails if not mail.is_text_message],
        "phones": {mail.phone: [text for text in texts if text.phone == mail.phone] for mail in texts},
        "requests": requests,
        "limited": next((asked for asked in requests[:1] if asked.met_a_limit), None),
        "refused_domain": catcher.REFUSED_DOMAIN,
    }
    response = render(request, "demo/inbox.html", page)
    response["Content-Security-Policy"] = _FRAMING
    return response


@require_safe
def html_part(request: HttpRequest, number: int) -> HttpResponse:
    """One mail's HTML, in a frame that may run nothing and load nothing."""
    for caught in catcher.caught(_folder()):
        if caught.number == number:
            response = HttpResponse('<base target="_top">' + reading.html_of(caught))
            response["Content-Security-Policy"] = _FRAMED
            return response
    raise Http404


def _folder() -> Path:
    return Path(settings.KEYTURN_DATA)


def _gateways() -> frozenset[str]:
    """Domains whose mails are text messages."""
    domains: set[str] = set()
    for tenant in Tenant.objects.all():
        with scope.inside(tenant.id):
            domains |= set(CellProvider.objects.values_list("sms_domain", flat=True))
    return frozenset(domains)
