"""Signing in and out, and who is signed in."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from keyturn.access import sessions
from keyturn.access.models import Session
from keyturn.access.sign_in import Credentials, Refused, Wait, sign_in
from keyturn.api import problems
from keyturn.api.body import strict_json
from keyturn.api.door import AlsoRestricted, Bearer, answers, moment, sent, tenant_of
from keyturn.api.shapes import Me, SessionOpened, SignIn
from keyturn.door import source
from keyturn.lib import clock
from keyturn.people import queries
from keyturn.people.rights import queries as rights

router = Router(tags=["sessions"])


@router.post("/sessions", response=answers(401, 413, 415, 422, 429, status=201, ok=SessionOpened), summary="Sign in")
@strict_json
def open_session(request: HttpRequest, body: SignIn) -> HttpResponse:
    """`must_change_password` is true after a temporary password: the session may then only set a new one.

    After several wrong passwords in a row the answer is 429, whoever has that name.
    """
    tenant, now = tenant_of(request), clock.now()
    credentials = Credentials(
        identifier=body.identifier,
        password=body.password,
        device=body.device or "",
        source=source.network_of(request),
        kind=Session.API,
        agent=request.headers.get("User-Agent", ""),
    )
    outcome = sign_in(credentials, tenant, now)
    if isinstance(outcome, Refused):
        return problems.answer(request, "refused")
    if isinstance(outcome, Wait):
        return problems.wait(request, outcome.until, now)
    opened = {"token": outcome.token, "device": outcome.device}
    opened["must_change_password"] = outcome.must_change_password
    return sent(opened | {"expires_at": moment(outcome.expires_at)}, 201)


@router.delete("/sessions/current", auth=AlsoRestricted(), response=answers(401, status=204), summary="Sign out")
def end_session(request: HttpRequest) -> HttpResponse:
    """Ends the session of this token."""
    sessions.end(request.auth, clock.now())
    return HttpResponse(status=204)


@router.get("/me", auth=Bearer(), response=answers(401, 403, ok=Me), summary="Who is signed in")
def me(request: HttpRequest) -> HttpResponse:
    """Refused with `must_change_password` while a temporary password is in force. Rights are those of this moment."""
    person = request.auth.account.person
    email = queries.main_email(person)
    own = {"identifier": person.identifier, "name": person.name, "email": email.raw if email else None}
    return sent(own | {"organization": request.tenant.name} | rights.carried(person).plain())
