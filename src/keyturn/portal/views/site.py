"""The front door, the choice of language, and what robots are told."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_GET, require_POST, require_safe

from keyturn.door.answers import SeeOther, go_to
from keyturn.portal import browser
from keyturn.portal.answers import of_tenant

_LANGUAGE_KEPT = timedelta(days=365)


@require_safe
@of_tenant
def home(request: HttpRequest) -> HttpResponse:
    """Who comes without a wish wants to sign in."""
    return go_to("sign_in")


@require_GET
def robots(request: HttpRequest) -> HttpResponse:
    """Nothing here is for search engines."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in this browser and go back to the page it was chosen on."""
    response = SeeOther(_own_page(request.POST.get("next", "")))
    chosen = request.POST.get("language")
    if chosen in dict(settings.LANGUAGES):
        browser.keep(response, settings.LANGUAGE_COOKIE_NAME, chosen, _LANGUAGE_KEPT)
    return response


def _own_page(wished: str) -> str:
    """The wished path when it is one of our own routes, otherwise the front door; never another host."""
    if wished.startswith("//") or "\\" in wished:
        return "/"
    try:
        resolve(wished)
    except Resolver404:
        return "/"
    return wished
