"""Letting go of what one has: a factor, a browser that is signed in. Each asks once more before it does it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from keyturn.console.guard import ANYBODY, guarded
from keyturn.door.answers import go_to, page
from keyturn.lib import clock
from keyturn.operators import own
from keyturn.operators.factors import enrolling, holding


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(ANYBODY, outside=True, confirmed=True)
def remove_app(request: HttpRequest) -> HttpResponse:
    """Let the authenticator app go."""
    if request.method != "POST":
        return _ask(request, {"app": holding.of(request.operator).app})
    return _gone(enrolling.remove_app(request.operator, clock.now()))


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(ANYBODY, outside=True, confirmed=True)
def remove_passkey(request: HttpRequest, passkey_id: int) -> HttpResponse:
    """Let one passkey go."""
    found = [one for one in holding.of(request.operator).passkeys if one.pk == passkey_id]
    if not found:
        raise Http404
    if request.method != "POST":
        return _ask(request, {"passkey": found[0]})
    return _gone(enrolling.remove_passkey(request.operator, passkey_id, clock.now()))


@require_POST
@guarded(ANYBODY, outside=True)
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign out one other browser."""
    own.end_session(request.operator_session, session_id, clock.now())
    return go_to("console_me", query="notice=sessions-ended")


@require_POST
@guarded(ANYBODY, outside=True)
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out every other browser."""
    own.end_other_sessions(request.operator_session, clock.now())
    return go_to("console_me", query="notice=sessions-ended")


def _ask(request: HttpRequest, what: dict) -> HttpResponse:
    held = holding.of(request.operator)
    return page(request, "console/own/remove.html", what | {"is_last": held.count == 1})


def _gone(was_allowed: bool) -> HttpResponse:
    return go_to("console_me", query=f"notice={'factor-removed' if was_allowed else 'last-factor'}")
