"""The tenant of a request: its host name, matched exactly against the table. An unknown host gets 400.

`/healthz`, `/readyz` and static files answer on any host name. On the installation's own address without a
tenant, `request.tenant` is None and only the API's routed calls work.
"""

import re
import time
from collections.abc import Callable
from contextlib import nullcontext
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest

from keyturn.door import source
from keyturn.tenants import finding, scope
from keyturn.tenants.models import Tenant

ANY_HOST = ("/healthz", "/readyz")
_KEPT_FOR = 0.5  # seconds; a suspension works within a second everywhere
_PLAIN_HOST = re.compile(
    r"(?:(?P<name>[A-Za-z0-9._-]{1,253})|\[(?P<address>[0-9A-Fa-f:.]{2,45})\])(?::[0-9]{1,5})?", re.ASCII
)
_PLAIN = (
    "Plain HTTP is served to this machine only: passwords would cross the network readable. Use https, or, behind a"
    " proxy that ends TLS, name it in KEYTURN_TRUSTED_PROXIES and let it set X-Forwarded-Proto.\n"
)
_kept: dict[str, tuple[float, Tenant | None]] = {}


class Tenancy:
    """Sets `request.tenant`, opens its room, and lets nobody in under a foreign name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in ANY_HOST:
            request.tenant = None
            return self.get_response(request)
        if source.is_secure(request):
            request.META["wsgi.url_scheme"] = "https"
        elif not source.may_speak_plainly(request):
            return HttpResponseBadRequest(_PLAIN, content_type="text/plain")
        host = host_of(request)
        tenant = _find(host) if host else None
        request.is_installation = host is not None and host == installation_host()
        if tenant is None and not request.is_installation:
            return HttpResponseBadRequest("No organization has this address.\n", content_type="text/plain")
        request.tenant = tenant
        with scope.inside(tenant.id) if tenant else nullcontext():
            return self.get_response(request)


def installation_host() -> str:
    """The host of KEYTURN_PUBLIC_URL, where the API routes over all tenants."""
    return (urlsplit(settings.KEYTURN_PUBLIC_URL).hostname or "").lower()


def host_of(request: HttpRequest) -> str | None:
    """The host name without its port, or None when the header is not one plain host name or address."""
    parts = _PLAIN_HOST.fullmatch(request.META.get("HTTP_HOST", ""))
    return (parts["name"] or parts["address"]).lower() if parts else None


def _find(host: str) -> Tenant | None:
    moment = time.monotonic()
    kept_at, tenant = _kept.get(host, (0.0, None))
    if tenant is None or moment - kept_at > _KEPT_FOR:
        tenant = finding.by_host(host)
        if tenant:  # unknown names are not kept, or strangers would fill the memory
            _kept[host] = (moment, tenant)
        else:
            _kept.pop(host, None)
    return tenant
