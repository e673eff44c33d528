"""What the pages of a person answer besides what every web door does (door.answers)."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from keyturn.door.answers import problem
from keyturn.enrollment import sign_ups
from keyturn.enrollment.core.facts import Door

View = Callable[..., HttpResponse]
_REFERENCE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")


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


def offering_sign_up(view: View) -> View:
    """A page of signing up with a PIN, of an organization that lets new users in by one (M2.1)."""

    @wraps(view)
    def offered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not sign_ups.is_open(request.tenant, Door.WEB):
            words = _("Your organization does not let new users in with a PIN. Ask there how to get an account.")
            return problem(request, 404, _("Not on these pages"), words)
        return view(request, *args, **kwargs)

    return offered


def reference_or_404(shown: str) -> str:
    """A reference as ours are written; anything else is no page of ours, so it shows no text of strangers."""
    if not _REFERENCE.fullmatch(shown):
        raise Http404
    return shown
