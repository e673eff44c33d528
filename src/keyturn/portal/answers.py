"""What the pages of a person answer besides what every web door does (door.answers)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from keyturn.door.answers import problem

View = Callable[..., HttpResponse]


def of_tenant(view: View) -> View:
    """A page that only an organization's address has."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.tenant is None:
            return problem(
                request,
                404,
                _("No organization lives here"),
                _("This is the address of the installation. Use the address that your organization gave you."),
            )
        return view(request, *args, **kwargs)

    return guarded


def offering_links(view: View) -> View:
    """A page on the way to a mail with a link, of an organization whose pages offer that."""

    @wraps(view)
    def offered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.tenant.allow_link_on_portal:
            words = _("Your organization does not send links from here. Use its app, or ask for help there.")
            return problem(request, 404, _("Not on these pages"), words)
        return view(request, *args, **kwargs)

    return offered
