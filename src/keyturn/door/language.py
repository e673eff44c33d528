"""The language of a page: the visitor's choice, then the browser's wish, then the tenant's own."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

_OURS = frozenset(code for code, _name in settings.LANGUAGES)


class Language:
    """Activates it for the request, and says so in the answer's headers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = _chosen(request) or _wished(request) or _tenants(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", language)
        return response


def _chosen(request: HttpRequest) -> str | None:
    language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return language if language in _OURS else None


def _wished(request: HttpRequest) -> str | None:
    """The first language of ours in Accept-Language, the most wanted first; what cannot be read wishes nothing."""
    wishes = [_wish(part) for part in request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:500].split(",")]
    wanted = sorted((wish for wish in wishes if wish), key=lambda wish: -wish[0])
    return wanted[0][1] if wanted else None


def _wish(part: str) -> tuple[float, str] | None:
    tag, _, quality = part.strip().lower().partition(";q=")
    language = tag.partition("-")[0]
    try:
        weight = float(quality or 1)
    except ValueError:
        return None
    return (weight, language) if language in _OURS and 0 < weight <= 1 else None


def _tenants(request: HttpRequest) -> str:
    return request.tenant.language if request.tenant else settings.LANGUAGE_CODE
