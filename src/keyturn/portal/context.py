"""What every page knows: whose page it is, its language, and the address to come back to."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language


def page(request: HttpRequest) -> dict[str, Any]:
    """The values of the frame. `tenant` is None where a request has none."""
    return {
        "tenant": getattr(request, "tenant", None),
        "language": get_language(),
        "languages": settings.LANGUAGES,
        "own_path": request.path,
    }
