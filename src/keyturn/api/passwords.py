"""One's own password, and the meter."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from ninja import Router

from keyturn.access import own_password
from keyturn.access.sign_in import Wait
from keyturn.api import judgements, problems
from keyturn.api.body import strict_json
from keyturn.api.door import AlsoRestricted, answers, sent, tenant_of
from keyturn.api.shapes import Candidate, OwnPassword, Strength
from keyturn.door import source
from keyturn.lib import clock
from keyturn.limits import counters
from keyturn.limits.counters import Limit
from keyturn.passwords import judgement

router = Router(tags=["password"])
JUDGING = Limit("password_strength", 300, timedelta(minutes=1), scaled=True)  # a few keystrokes a second


@router.put(
    "",
    auth=AlsoRestricted(),
    response=answers(401, 403, 409, 413, 415, 422, 429, 503, status=204),
    summary="Set one's own password",
)
@strict_json
def change(request: HttpRequest, body: OwnPassword) -> HttpResponse:
    """Ends every other session; this one goes on. `current_password` is needed unless the session is restricted."""
    now = clock.now()
    own = own_password.NewOwn(body.new_password, body.current_password)
    outcome = own_password.change(request.auth, own, source.network_of(request), now)
    if isinstance(outcome, Wait):
        return problems.wait(request, outcome.until, now)
    return _told(request, outcome)


@router.post("/strength", response=answers(413, 415, 422, 429, ok=Strength), summary="Judge a password")
@strict_json
def strength(request: HttpRequest, body: Candidate) -> HttpResponse:
    """What saving it would say. Nothing is kept, nothing is logged, nobody is looked up."""
    tenant_of(request)
    now = clock.now()
    if until := counters.take(JUDGING, source.network_of(request), now=now):
        return problems.wait(request, until, now)
    judged = judgement.for_person(body.password, None, extra=[body.identifier] if body.identifier else [])
    return sent(judgements.told(judged))


def _told(request: HttpRequest, outcome: own_password.Outcome) -> HttpResponse:
    match outcome:
        case own_password.Changed():
            return HttpResponse(status=204)
        case own_password.Weak(judged):
            return judgements.weak(request, judged)
        case own_password.WrongCurrent():
            return problems.answer(request, "wrong_password")
        case own_password.DirectoryDown():
            return problems.answer(request, "unavailable")
    return problems.answer(request, "not_signed_in")
