"""What every page of the portal knows."""

from typing import Any

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """The tenant whose page it is; None where a request has none."""
    return {"tenant": getattr(request, "tenant", None)}
