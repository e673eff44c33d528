"""Pages for what went wrong before a view was reached."""

from django.http import HttpRequest, HttpResponse


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token, or from another site."""
    return HttpResponse("Reload the page and try again.\n", status=403, content_type="text/plain")
