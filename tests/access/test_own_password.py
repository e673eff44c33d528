"""Changing one's own password: by choice with the current one, or because a temporary one must be replaced."""

import pytest

from keyturn.access import limits, own_password, sessions
from keyturn.access.models import Session
from keyturn.access.own_password import Changed, NewOwn, SessionOver, Weak, WrongCurrent
from keyturn.access.sign_in import Refused, SignedIn, Wait, sign_in
from keyturn.audit.models import Event
from keyturn.directories.models import TemporaryPassword
from keyturn.outbox.models import Message
from keyturn.passwords.core import generate
from tests.access.people import ORIGINAL, OWN, temporary, typed

SOURCE = "192.0.2.1"


@pytest.fixture
def session(mara, in_movers, now) -> Session:
    return _signed_in(in_movers, ORIGINAL, now)


def _signed_in(tenant, password: str, now, kind: str = Session.API) -> Session:
    signed_in = sign_in(typed("mara", password, kind=kind), tenant, now)
    return sessions.resolve(signed_in.token, kind, now)


@pytest.mark.mission("M3.6")
def test_the_new_password_works_and_the_old_one_does_not(session, in_movers, now):
    assert isinstance(own_password.change(session, NewOwn(OWN, ORIGINAL), SOURCE, now), Changed)
    assert sign_in(typed("mara", ORIGINAL), in_movers, now) == Refused()
    assert isinstance(sign_in(typed("mara", OWN), in_movers, now), SignedIn)
    assert Message.objects.filter(purpose="password_changed").count() == 1
    assert Event.objects.get(action="password.changed").reason == "own_choice"


def _change_often(mara, in_movers, now) -> list:
    token, outcomes, current = sign_in(typed("mara", ORIGINAL), in_movers, now).token, [], ORIGINAL
    for number in range(limits.CHANGES.at_most + 1):
        new = f"{OWN} {number * 7919}"
        session = sessions.resolve(token, Session.API, now)
        outcomes.append(own_password.change(session, NewOwn(new, current), SOURCE, now))
        current = new
    return outcomes


def test_changing_it_all_day_does_not_flood_addresses_and_spend_everybodys_text_messages(mara, in_movers, now):
    outcomes = _change_often(mara, in_movers, now)
    assert all(isinstance(outcome, Changed) for outcome in outcomes[:-1])
    assert outcomes[-1] == Wait(now + limits.CHANGES.window)
    assert Message.objects.filter(purpose="password_changed").count() == limits.CHANGES.at_most


def test_control_without_the_limit_every_change_is_told(mara, in_movers, now, monkeypatch):
    monkeypatch.setattr(own_password.counters, "take", lambda *_, **__: None)
    assert isinstance(_change_often(mara, in_movers, now)[-1], Changed)


def test_every_other_session_ends_and_an_app_goes_on_with_its_token(mara, in_movers, now):
    one, other = (sign_in(typed("mara", ORIGINAL), in_movers, now).token for _ in range(2))
    session = sessions.resolve(one, Session.API, now)
    assert own_password.change(session, NewOwn(OWN, ORIGINAL), SOURCE, now).token is None
    assert sessions.resolve(one, Session.API, now) is not None
    assert sessions.resolve(other, Session.API, now) is None


def test_a_browser_goes_on_with_a_new_token(mara, in_movers, now):
    old = sign_in(typed("mara", ORIGINAL, kind=Session.WEB), in_movers, now).token
    session = sessions.resolve(old, Session.WEB, now)
    new = own_password.change(session, NewOwn(OWN, ORIGINAL), SOURCE, now).token
    assert sessions.resolve(old, Session.WEB, now) is None
    assert sessions.resolve(new, Session.WEB, now) == session


@pytest.mark.mission("M0.4")
def test_a_temporary_password_is_replaced_without_knowing_the_original(mara, in_movers, now):
    text, row = temporary(mara, now)
    session = _signed_in(in_movers, text, now)
    changed = own_password.change(session, NewOwn(OWN), SOURCE, now)
    assert changed.expires_at > now + sessions.RESTRICTED_FOR
    row.refresh_from_db()
    session.refresh_from_db()
    assert row.state == TemporaryPassword.REPLACED
    assert not session.is_restricted
    assert sign_in(typed("mara", ORIGINAL), in_movers, now) == Refused()


def test_the_temporary_password_cannot_become_the_own_one(mara, in_movers, now, monkeypatch):
    monkeypatch.setattr(generate, "temporary", lambda: "Qx7mZt4pKp")  # one of them in many is weak besides
    text, _ = temporary(mara, now)
    session = _signed_in(in_movers, text, now)
    assert isinstance(own_password.change(session, NewOwn(text), SOURCE, now), Weak)  # too short already
    in_movers.password_min_length = 8
    in_movers.save()
    refused = own_password.change(session, NewOwn(text), SOURCE, now)
    assert refused.judgement.failures == ("same_as_temporary",)
    monkeypatch.setattr(own_password, "_same_as_before", lambda session, own: None)  # the control
    assert isinstance(own_password.change(session, NewOwn(text), SOURCE, now), Changed)


def test_the_current_password_must_be_known_and_must_change(session, now):
    assert own_password.change(session, NewOwn(OWN, "wrong"), SOURCE, now) == WrongCurrent()
    assert own_password.change(session, NewOwn(OWN, None), SOURCE, now) == WrongCurrent()
    same = own_password.change(session, NewOwn(ORIGINAL, ORIGINAL), SOURCE, now)
    assert same.judgement.failures == ("same_as_current",)


def test_a_weak_password_is_refused_before_anything_is_counted(session, now):
    for _ in range(9):
        assert isinstance(own_password.change(session, NewOwn("password", "wrong"), SOURCE, now), Weak)
    assert own_password.change(session, NewOwn(OWN, "wrong"), SOURCE, now) == WrongCurrent()


def test_whoever_finds_an_open_session_guesses_as_slowly_as_anybody(session, now):
    for _ in range(5):
        assert own_password.change(session, NewOwn(OWN, "wrong"), SOURCE, now) == WrongCurrent()
    assert isinstance(own_password.change(session, NewOwn(OWN, ORIGINAL), SOURCE, now), Wait)


def test_strangers_cannot_keep_somebody_who_is_signed_in_from_changing(session, in_movers, now):
    for _ in range(6):
        sign_in(typed("mara", "wrong"), in_movers, now)
    assert isinstance(own_password.change(session, NewOwn(OWN, ORIGINAL), SOURCE, now), Changed)


def test_of_two_sessions_that_change_it_the_later_is_over(mara, in_movers, now):
    one, other = (_signed_in(in_movers, ORIGINAL, now) for _ in range(2))
    assert isinstance(own_password.change(one, NewOwn(OWN, ORIGINAL), SOURCE, now), Changed)
    assert own_password.change(other, NewOwn("nine red boats at dawn", OWN), SOURCE, now) == SessionOver()
    assert isinstance(sign_in(typed("mara", OWN), in_movers, now), SignedIn)


def test_a_session_that_was_ended_meanwhile_changes_nothing(session, in_movers, now):
    sessions.end(session, now)
    assert own_password.change(session, NewOwn(OWN, ORIGINAL), SOURCE, now) == SessionOver()
    assert isinstance(sign_in(typed("mara", ORIGINAL), in_movers, now), SignedIn)
