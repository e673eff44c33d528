"""The first page after signing in."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from keyturn.console.guard import guarded
from keyturn.door.answers import page


@require_safe
@guarded("")
def home(request: HttpRequest) -> HttpResponse:
    """Where an operator begins."""
    return page(request, "console/home.html", {})
