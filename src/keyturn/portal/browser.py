"""What a browser carries for us: the session, the sealed tokens of links, and the proof of a known device."""

import base64
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from keyturn.access import sessions
from keyturn.access.models import Session
from keyturn.lib import clock, seal

_PREFIX = "__Host-" if settings.KEYTURN_IS_SECURE else ""
SESSION = f"{_PREFIX}keyturn-session"
TICKET = f"{_PREFIX}keyturn-ticket"
MAILBOX = f"{_PREFIX}keyturn-mailbox"
DEVICE = f"{_PREFIX}keyturn-device"

TICKET_KEPT = timedelta(minutes=15)  # from opening the link to saving the password
DEVICE_KEPT = timedelta(days=365)


def keep(response: HttpResponse, name: str, value: str, lifetime: timedelta) -> None:
    """Give the browser something that no script reads and no other host gets."""
    response.set_cookie(
        name,
        value,
        max_age=int(lifetime.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.KEYTURN_IS_SECURE,
    )


def drop(response: HttpResponse, name: str) -> None:
    """Take it away again; with the same attributes, or a browser keeps a `__Host-` cookie."""
    keep(response, name, "", timedelta(0))


def keep_token(response: HttpResponse, request: HttpRequest, name: str, token: str) -> None:
    """Put a link's token, sealed and bound to tenant and cookie, where the clean address finds it."""
    sealed = seal.wrap(token.encode(), _context(request, name))
    keep(response, name, base64.urlsafe_b64encode(sealed).decode(), TICKET_KEPT)


def token_of(request: HttpRequest, name: str) -> str | None:
    """The token of the link that this browser opened here; None when it opened none, or too long ago."""
    carried = request.COOKIES.get(name, "")
    if not carried or len(carried) > 1000:
        return None
    try:
        return seal.unwrap(base64.urlsafe_b64decode(carried), _context(request, name)).decode()
    except (seal.SealBroken, ValueError):
        return None


def session_of(request: HttpRequest) -> Session | None:
    """The living session of this browser."""
    token = request.COOKIES.get(SESSION, "")
    return sessions.resolve(token, Session.WEB, clock.now()) if token else None


def _context(request: HttpRequest, name: str) -> str:
    return f"{name.removeprefix(_PREFIX)}|{request.tenant.id}"
