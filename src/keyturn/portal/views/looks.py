"""What an organization's pages look like: its colour as a style sheet of our own making, and its logo."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from keyturn.lib import colour
from keyturn.portal.answers import of_tenant

_KEPT = "private, max-age=86400"  # the address changes with every saving of settings
_SHEET = """\
:root {{ --accent: {accent}; --accent-strong: {strong}; --accent-wash: {wash}; --on-accent: #ffffff; }}
@media (prefers-color-scheme: dark) {{
:root {{ --accent: {dark}; --accent-strong: {dark_strong}; --accent-wash: {dark_wash}; --on-accent: {on_dark}; }}
}}
"""


@require_safe
@of_tenant
def sheet(request: HttpRequest) -> HttpResponse:
    """The colour, in the variants that the pages need, light enough for dark ones."""
    if not request.tenant.accent_colour:
        raise Http404
    return _kept(HttpResponse(_sheet(request.tenant.accent_colour), content_type="text/css; charset=utf-8"))


@require_safe
@of_tenant
def logo(request: HttpRequest) -> HttpResponse:
    """The picture, of the one type that is taken."""
    if not request.tenant.logo:
        raise Http404
    answer = HttpResponse(bytes(request.tenant.logo), content_type=request.tenant.logo_type)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return _kept(answer)


def _sheet(accent: str) -> str:
    dark = colour.lightened_until_readable(accent)
    return _SHEET.format(
        accent=accent,
        strong=colour.mix(accent, "#000000", 0.3),
        wash=colour.mix(accent, colour.ON_LIGHT, 0.92),
        dark=dark,
        dark_strong=colour.mix(dark, "#ffffff", 0.35),
        dark_wash=colour.mix(dark, colour.ON_DARK, 0.88),
        on_dark=colour.ON_DARK,
    )


def _kept(answer: HttpResponse) -> HttpResponse:
    answer.headers["Cache-Control"] = _KEPT
    return answer
