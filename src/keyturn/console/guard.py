"""Who may open a page of the console. Every view of the console passes here; a test walks the addresses.

    @guarded("people.view_person")                          signed in, and may
    @guarded("tenants.change_settings", confirmed=True)     … and proved it again in the last ten minutes

The view finds `request.operator` and `request.operator_session`; `request.tenant` is the tenant acted in, and its
room is open while the view runs (a streamed answer opens it again for itself).
"""

from collections.abc import Callable, Collection
from contextlib import nullcontext
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from keyturn.console import browser
from keyturn.console.addresses import own_page
from keyturn.door.answers import SeeOther, go_to, problem
from keyturn.lib import clock
from keyturn.operators import roles, sessions
from keyturn.operators.factors import second_step
from keyturn.operators.models import OperatorSession
from keyturn.operators.sessions import ENROLMENT, SECOND_FACTOR
from keyturn.tenants import scope

View = Callable[..., HttpResponse]
OWNERS_ONLY = "installation"  # in place of a permission: pages of the installation's owners
ANYBODY = ""  # in place of a permission: any operator who is signed in

# Where a session goes that still owes something before it opens a page (OperatorSession.awaiting)
OWED = {SECOND_FACTOR: "console_second_factor", ENROLMENT: "console_enrol"}


def guarded(
    permission: str, *, confirmed: bool = False, outside: bool = False, owing: Collection[str] = ()
) -> Callable[[View], View]:
    """Let operators with this permission in; `outside`: the page needs no tenant to act in.

    A page by which what is still owed is paid names that in `owing`: it opens to those who owe it, too.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if browser.COOKIE not in request.COOKIES:  # strangers cost no statement
                return to_sign_in(request)
            now = clock.now()
            session = browser.session_of(request, now)
            if session is None:
                return to_sign_in(request)
            owed = second_step.owed(session)
            if owed and owed not in owing:
                return go_to(OWED[owed], query=urlencode({"next": _here(request)}))
            if answer := _withheld(request, session, permission, outside):
                return answer
            if confirmed and not sessions.is_confirmed(session, now):
                return go_to("console_confirm", query=urlencode({"next": _here(request)}))
            return _inside(request, session, lambda: view(request, *args, **kwargs))

        guarded_view.permission, guarded_view.confirmed = permission, confirmed
        return guarded_view

    return decorate


def owing(owed: str) -> Callable[[View], View]:
    """A page for sessions that owe just this; whoever owes nothing goes on to where they wanted to."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded_view(request: HttpRequest) -> HttpResponse:
            session = browser.session_of(request, clock.now())
            if session is None:
                return go_to("console_sign_in", query=urlencode({"next": own_page(request.GET.get("next", ""))}))
            if second_step.owed(session) != owed:
                return SeeOther(own_page(request.GET.get("next", "")))
            request.operator, request.operator_session = session.operator, session
            return view(request)

        guarded_view.permission = ANYBODY
        return guarded_view

    return decorate


def actor(request: HttpRequest) -> str:
    """Who acts, as the audit writes it."""
    return f"operator:{request.operator.pk}"


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Ask who it is, and come back here afterwards."""
    return go_to("console_sign_in", query=urlencode({"next": _here(request)}))


def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Any other address of the console: strangers are asked to sign in, operators are told there is no page."""
    if browser.COOKIE not in request.COOKIES or browser.session_of(request, clock.now()) is None:
        return to_sign_in(request)
    raise Http404


def _withheld(request: HttpRequest, session: OperatorSession, permission: str, outside: bool) -> HttpResponse | None:
    """The answer in place of the page, for whom it is not."""
    operator = session.operator
    if permission == OWNERS_ONLY:
        if not operator.is_installation_owner:
            raise Http404  # what others may not even know of is missing
        return None
    if session.tenant_id is None and not outside:
        return go_to("console_installation")
    if permission and not operator.has_perm(permission):
        return _forbidden(request, permission)
    return None


def _inside(request: HttpRequest, session: OperatorSession, view: Callable[[], HttpResponse]) -> HttpResponse:
    """Run the view in the room of the tenant acted in, which on the installation's address is not the host's."""
    request.operator, request.operator_session = session.operator, session
    request.tenant = session.tenant
    with scope.inside(session.tenant_id) if session.tenant_id else nullcontext():
        return view()


def _forbidden(request: HttpRequest, permission: str) -> HttpResponse:
    names = ", ".join(str(role.label).split(":", maxsplit=1)[0] for role in roles.that_may(permission))
    words = _("Your role does not include this. These do: %(roles)s. Ask one of them.") % {"roles": names}
    return problem(request, 403, _("This is not yours to open"), words)


def _here(request: HttpRequest) -> str:
    return request.get_full_path() if request.method in ("GET", "HEAD") else request.path
