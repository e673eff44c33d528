"""Pages for what went wrong before or inside a view: each says what to do."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from keyturn.door.answers import problem, too_large


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What was sent cannot be read, or is larger than any form of ours."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    return problem(request, 400, _("This could not be read"), _("Go back, reload the page and try again."))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token, or from another site."""
    words = _("The form was old, or did not come from this page. Go back, reload the page and try again.")
    return problem(request, 403, _("Please send it once more"), words)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Not for this visitor."""
    return problem(request, 403, _("This is not yours to open"), _("Sign in with another account, or go back."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is no such page."""
    words = _("Nothing is kept at this address. If a link brought you here, copy all of it from the message.")
    return problem(request, 404, _("There is no such page"), words)


def broken(request: HttpRequest) -> HttpResponse:
    """Our own mistake; the page needs neither a tenant nor a database."""
    return render(request, "keyturn/broken.html", status=500)
