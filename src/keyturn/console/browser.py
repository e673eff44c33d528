"""What an operator's browser carries for us: the session, apart from the one of a person on the same address."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from keyturn.door import source
from keyturn.operators import sessions
from keyturn.operators.models import OperatorSession
from keyturn.operators.sessions import Browser, Opened

COOKIE = "__Host-keyturn-operator" if settings.KEYTURN_IS_SECURE else "keyturn-operator"


def of(request: HttpRequest) -> Browser:
    """Where this request comes from."""
    return Browser(source.network_of(request), request.headers.get("User-Agent", "")[:200])


def keep(response: HttpResponse, opened: Opened, now: datetime) -> None:
    """Give the browser its session."""
    _set(response, opened.token, int((opened.session.expires_at - now).total_seconds()))


def drop(response: HttpResponse) -> None:
    """Take it away again; with the same attributes, or a browser keeps a `__Host-` cookie."""
    _set(response, "", 0)


def session_of(request: HttpRequest, now: datetime) -> OperatorSession | None:
    """The living session of this browser at this address.

    A tenant's operator has one at the tenant's own addresses only, an owner of the installation at its own only:
    a cookie that was carried elsewhere opens nothing.
    """
    session = sessions.resolve(request.COOKIES.get(COOKIE, ""), now)
    if session is None:
        return None
    if session.operator.is_installation_owner:
        return session if request.is_installation else None
    return session if request.tenant and session.operator.tenant_id == request.tenant.id else None


def _set(response: HttpResponse, token: str, seconds: int) -> None:
    response.set_cookie(
        COOKIE, token, max_age=seconds, httponly=True, samesite="Lax", secure=settings.KEYTURN_IS_SECURE
    )
