"""The second step of signing in, and confirming within a session."""

from datetime import timedelta

import pyotp
import pytest

from keyturn.audit.models import Event
from keyturn.limits import delays, patience
from keyturn.operators import sessions
from keyturn.operators.factors import authenticator_app, enrolling, passkeys, recovery_codes, second_step
from keyturn.operators.factors.core import codes
from keyturn.operators.factors.core.codes import AppCode
from keyturn.operators.factors.models import AuthenticatorApp, RecoveryCode
from keyturn.operators.factors.second_step import Refused, Wait
from keyturn.operators.factors.webauthn import Answer
from keyturn.operators.models import InstallationEvent, OperatorSession
from keyturn.operators.sessions import Opened, Standing
from keyturn.tenants import scope
from tests.operators.authenticator import SoftKey
from tests.operators.conftest import BROWSER, SITE

WRONG = AppCode("000000")


@pytest.fixture
def secret(otto, now) -> str:
    proposal = authenticator_app.propose(otto, "Movers", now)
    before = now - timedelta(minutes=10)
    assert enrolling.add_app(otto, proposal, AppCode(pyotp.TOTP(proposal.secret).at(before)), before)
    return proposal.secret


def right(secret: str, now) -> AppCode:
    code = AppCode(pyotp.TOTP(secret).at(now))
    assert code != WRONG
    return code


def events(movers, action: str) -> int:
    with scope.inside(movers.id):
        return Event.objects.filter(action=action).count()


def test_who_has_a_factor_owes_it(otto, secret):
    assert second_step.owed_by(otto) == "second_factor"


def test_who_has_none_owes_one_where_the_tenant_wants_it(otto, movers):
    assert second_step.owed_by(otto) == ""
    movers.require_second_factor = True
    movers.save()
    assert second_step.owed_by(otto) == "enrolment"


def test_a_wish_of_the_tenant_reaches_sessions_that_are_open(inside, movers, now):
    assert second_step.owed(inside) == ""
    type(movers).objects.update(require_second_factor=True)
    assert second_step.owed(OperatorSession.objects.select_related("operator", "tenant").get()) == "enrolment"


def test_an_owner_of_the_installation_owes_nobodys_wish(olga, now):
    assert second_step.owed(sessions.begin(olga, BROWSER, now).session) == ""


def test_the_right_code_opens_a_new_session_and_ends_the_waiting_one(at_the_door, secret, movers, now):
    opened = second_step.sign_in(at_the_door, right(secret, now), BROWSER, now)
    assert isinstance(opened, Opened)
    assert (opened.session.second_factor, opened.session.awaiting) == ("app", "")
    assert opened.session.digest != at_the_door.digest
    at_the_door.refresh_from_db()
    assert at_the_door.ended_at == now
    assert events(movers, "operator.signed_in") == 1


def test_a_recovery_code_stands_in_once(at_the_door, otto, secret, now):
    [written, *_] = recovery_codes.renew(otto)
    opened = second_step.sign_in(at_the_door, codes.read(written), BROWSER, now)
    assert opened.session.second_factor == "recovery_code"
    again = sessions.begin(otto, BROWSER, now, Standing(awaiting="second_factor")).session
    assert second_step.sign_in(again, codes.read(written), BROWSER, now) == Refused()


def test_a_passkey_opens_too(at_the_door, now):
    key = SoftKey()
    made = Answer(SITE, key.creates(passkeys.invite(at_the_door, SITE, now)))
    assert enrolling.add_passkey(at_the_door, made, "Blue key", now)
    answer = Answer(SITE, key.signs(passkeys.ask(at_the_door, SITE, now)))
    assert second_step.sign_in(at_the_door, answer, BROWSER, now).session.second_factor == "passkey"


def test_a_wrong_code_is_written_down_and_opens_nothing(at_the_door, secret, movers, now):
    assert second_step.sign_in(at_the_door, WRONG, BROWSER, now) == Refused()
    assert OperatorSession.objects.get().awaiting == "second_factor"
    assert events(movers, "second_factor.refused") == 1


def test_an_installation_owners_failures_stand_in_the_installations_book(olga, now):
    session = sessions.begin(olga, BROWSER, now, Standing(awaiting="second_factor")).session
    assert second_step.sign_in(session, WRONG, BROWSER, now) == Refused()
    assert InstallationEvent.objects.get().action == "second_factor.refused"


def test_wrong_codes_cost_time_and_nothing_is_compared_meanwhile(at_the_door, secret, now):
    for _ in range(patience.FREE + 1):
        assert second_step.sign_in(at_the_door, WRONG, BROWSER, now) == Refused()
    assert isinstance(second_step.sign_in(at_the_door, right(secret, now), BROWSER, now), Wait)
    assert AuthenticatorApp.objects.get().last_used_at is None


def test_a_new_session_does_not_begin_the_count_anew(otto, at_the_door, secret, now):
    for _ in range(patience.FREE + 1):
        second_step.sign_in(at_the_door, WRONG, BROWSER, now)
    again = sessions.begin(otto, BROWSER, now, Standing(awaiting="second_factor")).session
    assert isinstance(second_step.sign_in(again, right(secret, now), BROWSER, now), Wait)


def test_control_without_the_count_guesses_are_free(at_the_door, secret, now, monkeypatch):
    monkeypatch.setattr(delays, "count", lambda *whom, **when: None)
    outcomes = [second_step.sign_in(at_the_door, WRONG, BROWSER, now) for _ in range(20)]
    assert outcomes == [Refused()] * 20


def test_a_session_that_ended_meanwhile_opens_nothing(at_the_door, secret, now):
    sessions.end(at_the_door, now)
    assert second_step.sign_in(at_the_door, right(secret, now), BROWSER, now) == Refused()


def test_confirming_moves_the_moment_and_uses_the_code_up(inside, secret, now):
    OperatorSession.objects.update(confirmed_at=now - timedelta(hours=1))
    code = right(secret, now)
    assert second_step.confirm(inside, code, now) is True
    assert OperatorSession.objects.get().confirmed_at == now
    assert second_step.confirm(inside, code, now) is False


def test_a_waiting_session_cannot_be_confirmed(at_the_door, secret, now):
    assert second_step.confirm(at_the_door, right(secret, now), now) is False


def test_a_waiting_session_lives_minutes_not_a_day(at_the_door, now):
    assert at_the_door.expires_at <= now + timedelta(minutes=30)


def test_the_last_factor_stays_where_the_tenant_wants_one(otto, secret, movers, now):
    movers.require_second_factor = True
    movers.save()
    assert not enrolling.remove_app(otto, now)
    assert AuthenticatorApp.objects.exists()


def test_without_a_factor_recovery_codes_go_too(otto, secret, movers, now):
    recovery_codes.renew(otto)
    assert enrolling.remove_app(otto, now)
    assert not AuthenticatorApp.objects.exists() and not RecoveryCode.objects.exists()
    assert events(movers, "second_factor.removed") == 1


def test_taking_all_factors_of_somebody_who_lost_them(otto, secret, olga, movers, now):
    recovery_codes.renew(otto)
    assert enrolling.remove_all(otto, now, actor=f"operator:{olga.pk}") == 1
    assert not RecoveryCode.objects.exists()
    with scope.inside(movers.id):
        assert Event.objects.get(action="second_factors.removed").actor == f"operator:{olga.pk}"
