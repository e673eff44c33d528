"""What a signed-in person sees: who they are, and a new password of their own choice."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from keyturn.access import own_password
from keyturn.access.models import Session
from keyturn.door import source
from keyturn.door.answers import go_to, page, too_many
from keyturn.door.forms import DOES_NOT_SUFFICE
from keyturn.lib import clock
from keyturn.monitoring import wording
from keyturn.monitoring.belonging import mailboxes_of
from keyturn.passwords.core.judge import Judgement
from keyturn.portal import browser
from keyturn.portal.answers import of_tenant
from keyturn.portal.forms import Form
from keyturn.portal.new_password import DIRECTORY_DOWN, new_password_part

NOTICES = {
    "password-changed": _("Your new password is saved. Every other browser and app signs in again."),
    "temporary-password-cancelled": _(
        "A temporary password had been asked for in your name. You signed in with your own, so it does not work any"
        " more. If it was not you who asked, tell us."
    ),
}
WRONG_CURRENT = _("This is not your present password.")


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for people who are signed in, which gets their session; the others are shown the door."""

    @wraps(view)
    def guarded(request: HttpRequest, **path: object) -> HttpResponse:
        session = browser.session_of(request)
        return view(request, session, **path) if session else go_to("sign_in", query="notice=sign-in-first")

    return guarded


@require_safe
@of_tenant
@signed_in
def me(request: HttpRequest, session: Session) -> HttpResponse:
    """Who you are, and what you can do about it."""
    if session.is_restricted:
        return go_to("change_password")
    values = {
        "person": session.account.person,
        "expires_at": session.expires_at,
        "notice": NOTICES.get(request.GET.get("notice", ""), ""),
        "mailboxes": [(one, wording.state(one.state)) for one in mailboxes_of(session.account.person_id)],
    }
    return page(request, "portal/me.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
@of_tenant
@signed_in
def change_password(request: HttpRequest, session: Session) -> HttpResponse:
    """A new password: with the present one, or after signing in with a temporary one."""
    names = ("new_password", "confirm_password")
    form = Form(*(names if session.is_restricted else ("password", *names)), posted=request.POST)
    if request.method != "POST":
        return _page(request, session, form)
    current = None if session.is_restricted else form.secret("password")
    new = form.new_password()
    if form.refused:
        return _page(request, session, form)
    now = clock.now()
    outcome = own_password.change(session, own_password.NewOwn(new, current), source.network_of(request), now)
    if isinstance(outcome, own_password.Changed):
        return _go_on(request, outcome, now)
    if isinstance(outcome, own_password.SessionOver):
        return go_to("sign_in", query="notice=sign-in-first")
    if isinstance(outcome, own_password.Wait):
        return too_many(request, outcome.until, now)
    return _page(request, session, form, _explain(form, outcome))


def _go_on(request: HttpRequest, changed: own_password.Changed, now: datetime) -> HttpResponse:
    response = go_to("me", query="notice=password-changed")
    if changed.token:
        browser.keep(response, browser.SESSION, changed.token, changed.expires_at - now)
    rotate_token(request)
    return response


def _explain(form: Form, outcome: own_password.Outcome) -> Judgement | None:
    match outcome:
        case own_password.Weak(judgement):
            form.refuse("new_password", DOES_NOT_SUFFICE)
            return judgement
        case own_password.WrongCurrent():
            form.refuse("password", WRONG_CURRENT)
        case _:
            form.refuse_all(DIRECTORY_DOWN, focus="new_password")
    return None


def _page(request: HttpRequest, session: Session, form: Form, judgement: Judgement | None = None) -> HttpResponse:
    values = {"form": form, "is_restricted": session.is_restricted, "identifier": session.account.person.identifier}
    return page(request, "portal/change_password.html", values | new_password_part(request, judgement))
