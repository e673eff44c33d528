"""Signing in: who gets a session, what a stranger learns, and what it costs whoever it is."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keyturn.access import limits, sessions
from keyturn.access.models import Session
from keyturn.access.sign_in import Refused, SignedIn, Wait, sign_in
from keyturn.audit.models import Event
from keyturn.directories.models import Account, TemporaryPassword
from keyturn.lib import hashing
from keyturn.limits.models import Counter
from keyturn.outbox.models import Message
from keyturn.passwords.core import generate
from keyturn.people.changes import NewPerson
from tests.access.people import ORIGINAL, account_of, temporary, typed

SECOND = timedelta(seconds=1)


@pytest.fixture
def hashes(monkeypatch) -> list[str]:
    """Every hash that was computed."""
    done = []
    real = hashing._compute
    monkeypatch.setattr(hashing, "_compute", lambda text, stored: done.append(text) or real(text, stored))
    return done


def test_the_right_password_opens_a_session(mara, in_movers, now):
    signed_in = sign_in(typed("Mara", ORIGINAL), in_movers, now)
    assert isinstance(signed_in, SignedIn) and not signed_in.must_change_password
    assert signed_in.expires_at == now + timedelta(days=in_movers.api_session_days)
    assert sessions.resolve(signed_in.token, Session.API, now).account == mara
    assert Event.objects.get(action="session.opened").data == {"kind": "api", "by": "password"}


def test_the_address_that_finds_a_person_serves_as_a_name(mara, in_movers, now):
    assert isinstance(sign_in(typed("mara@movers.example", ORIGINAL), in_movers, now), SignedIn)


def test_nobody_learns_why_it_was_refused(mara, nils, in_movers, now):
    account_of(NewPerson(identifier="vera", name="Vera", email="vera@movers.example"), now, password="")
    for name, password in [("mara", "wrong"), ("nobody", ORIGINAL), ("nils", ORIGINAL), ("vera", ORIGINAL)]:
        assert sign_in(typed(name, password), in_movers, now) == Refused()


@pytest.mark.parametrize("name", ["", " ", "\0", "mara\0", "\ud800", "x" * 300, "a@b@c", "\u202emara"])
@pytest.mark.parametrize("password", ["", "\0", "\ud800", "x" * 300])
def test_what_nobody_can_type_is_refused_like_a_wrong_password(mara, in_movers, now, name, password):
    assert sign_in(typed(name, password), in_movers, now) == Refused()


def test_a_suspended_tenant_lets_nobody_in(mara, in_movers, now):
    in_movers.status = in_movers.SUSPENDED
    assert sign_in(typed("mara", ORIGINAL), in_movers, now) == Refused()


@pytest.mark.parametrize(("password", "cost"), [("wrong", 1), (generate.temporary(), 3)])
def test_unknown_inactive_and_wrong_cost_the_same_statements_and_hashes(
    mara, nils, in_movers, now, hashes, password, cost
):
    account_of(NewPerson(identifier="vera", name="Vera", email="vera@movers.example"), now, password="")
    sign_in(typed("warm", "up"), in_movers, now)
    for suffix in ("", "@movers.example"):
        seen = {}
        for name in ("nobody", "nils", "mara", "vera"):
            hashes.clear()
            with CaptureQueriesContext(connection) as captured:
                assert sign_in(typed(name + suffix, password), in_movers, now) == Refused()
            assert len(hashes) == cost
            seen[name] = [_shape(query["sql"]) for query in captured.captured_queries]
        assert seen["nobody"] == seen["nils"] == seen["mara"] == seen["vera"]


def test_whether_a_temporary_password_waits_costs_the_same_statements(mara, in_movers, now):
    """A stranger can have one sent to whom he likes, and then measure."""
    account_of(NewPerson(identifier="vera", name="Vera", email="vera@movers.example"), now)
    sign_in(typed("warm", generate.temporary()), in_movers, now)
    temporary(mara, now)
    seen = {}
    for name in ("vera", "mara"):
        with CaptureQueriesContext(connection) as captured:
            assert sign_in(typed(name, generate.temporary()), in_movers, now) == Refused()
        seen[name] = [_shape(query["sql"]) for query in captured.captured_queries]
    reads = {name: [sql for sql in shapes if sql.startswith("SELECT")] for name, shapes in seen.items()}
    assert reads["vera"] == reads["mara"]
    assert len(seen["vera"]) == len(seen["mara"])


def _guess(in_movers, now) -> list:
    return [sign_in(typed("mara", generate.temporary(), source="203.0.113.9"), in_movers, now) for _ in range(100)]


def test_one_stranger_cannot_spend_her_temporary_password(mara, in_movers, now):
    text, _row = temporary(mara, now)
    assert isinstance(_guess(in_movers, now)[-1], Wait)
    signed_in = sign_in(typed("mara", text), in_movers, now)
    assert isinstance(signed_in, SignedIn) and signed_in.must_change_password


def test_control_without_the_limit_by_source_he_can(mara, in_movers, now, monkeypatch):
    monkeypatch.setattr(limits, "guesser_must_wait", lambda *_: None)
    text, _row = temporary(mara, now)
    _guess(in_movers, now)
    assert not isinstance(sign_in(typed("mara", text), in_movers, now), SignedIn)


def _shape(statement: str) -> str:
    """A statement without its values."""
    return re.sub(r"SAVEPOINT .*", "SAVEPOINT", re.split(r" WHERE | VALUES ", statement)[0])


def test_the_delay_is_counted_by_what_was_typed_whoever_has_the_name(mara, in_movers, now, hashes):
    for name in ("mara", "nobody"):
        assert [sign_in(typed(name, "wrong"), in_movers, now) for _ in range(5)] == [Refused()] * 5
        hashes.clear()
        assert sign_in(typed(name, ORIGINAL), in_movers, now) == Wait(now + SECOND)
        assert hashes == []
    assert isinstance(sign_in(typed("mara", ORIGINAL), in_movers, now + SECOND), SignedIn)


def test_a_success_clears_the_failures(mara, in_movers, now):
    for _ in range(4):
        sign_in(typed("mara", "wrong"), in_movers, now)
    sign_in(typed("mara", ORIGINAL), in_movers, now)
    assert [sign_in(typed("mara", "wrong"), in_movers, now) for _ in range(5)] == [Refused()] * 5


def test_strangers_cannot_lock_a_known_device_out(mara, in_movers, now):
    device = sign_in(typed("mara", ORIGINAL), in_movers, now).device
    for minute in range(0, 100 * 15, 15):
        moment = now + timedelta(minutes=minute)
        assert sign_in(typed("mara", "wrong", source=f"192.0.2.{minute % 200}"), in_movers, moment) == Refused()
    afterwards = now + timedelta(days=9)
    assert isinstance(sign_in(typed("mara", ORIGINAL), in_movers, afterwards), Wait)
    assert isinstance(sign_in(typed("mara", ORIGINAL, device=device), in_movers, afterwards), SignedIn)


def test_control_a_device_of_another_name_or_tenant_is_a_stranger(mara, nils, in_movers, labs, now):
    device = sign_in(typed("mara", ORIGINAL), in_movers, now).device
    for _ in range(5):
        sign_in(typed("nils", "wrong", device=device), in_movers, now)
    assert isinstance(sign_in(typed("nils", "wrong"), in_movers, now), Wait)


def test_a_new_password_forgives_a_closed_door(mara, in_movers, now):
    for minute in range(0, 100 * 15, 15):
        sign_in(typed("mara", "wrong"), in_movers, now + timedelta(minutes=minute))
    afterwards = now + timedelta(days=9)
    assert isinstance(sign_in(typed("mara", ORIGINAL), in_movers, afterwards), Wait)
    Account.objects.update(password_changed_at=afterwards)
    assert isinstance(sign_in(typed("mara", ORIGINAL), in_movers, afterwards + SECOND), SignedIn)


def test_one_source_that_fails_with_many_names_is_slowed_down(mara, in_movers, now):
    for number in range(20):
        sign_in(typed(f"guess{number}", "wrong", source="198.51.100.7"), in_movers, now)
    answers = [sign_in(typed("other", "wrong", source="198.51.100.7"), in_movers, now) for _ in range(2)]
    assert answers == [Refused(), Wait(now + timedelta(seconds=30))]
    assert sign_in(typed("other", "wrong", source="198.51.100.8"), in_movers, now) == Refused()


def test_a_source_has_so_many_tries(mara, in_movers, now, settings):
    settings.KEYTURN_SOURCE_LIMIT_FACTOR = 2
    allowed = [sign_in(typed("\0", "-", source="2001:db8::/64"), in_movers, now) for _ in range(3)]
    assert Wait not in map(type, allowed)
    Counter.objects.filter(hits=3).update(hits=600)
    assert isinstance(sign_in(typed("mara", ORIGINAL, source="2001:db8::/64"), in_movers, now), Wait)
    settings.KEYTURN_SOURCE_LIMIT_FACTOR = 3
    assert isinstance(sign_in(typed("mara", ORIGINAL, source="2001:db8::/64"), in_movers, now), SignedIn)


@pytest.mark.mission("M0.4")
def test_a_temporary_password_opens_a_session_that_may_only_set_an_own_one(mara, in_movers, now):
    text, row = temporary(mara, now)
    signed_in = sign_in(typed("mara", text), in_movers, now)
    assert signed_in.must_change_password
    assert signed_in.expires_at == now + sessions.RESTRICTED_FOR
    session = sessions.resolve(signed_in.token, Session.API, now)
    assert session.is_restricted and session.temporary_password_id == row.id
    assert sign_in(typed("mara", text), in_movers, now) == Refused()


def test_a_restricted_session_does_not_outlive_its_temporary_password(mara, in_movers, now):
    text, _ = temporary(mara, now, minutes=5)
    assert sign_in(typed("mara", text), in_movers, now).expires_at == now + timedelta(minutes=5)


@pytest.mark.mission("M0.4")
def test_signing_in_with_the_original_ends_temporary_passwords(mara, in_movers, now):
    text, row = temporary(mara, now)
    assert isinstance(sign_in(typed("mara", ORIGINAL), in_movers, now), SignedIn)
    row.refresh_from_db()
    assert row.state == TemporaryPassword.CANCELLED
    assert sign_in(typed("mara", text), in_movers, now) == Refused()
    assert Event.objects.filter(action="temporary_password.cancelled").count() == 1


@pytest.mark.mission("M0.4")
def test_a_temporary_password_whose_message_never_arrived_is_worth_nothing(mara, in_movers, now):
    text, row = temporary(mara, now)
    dead = {"purpose": "temporary_password", "channel": "email", "language": "en", "state": Message.BOUNCED}
    Message.objects.create(id=row.message_id, deadline=now, header_id="x", created_at=now, **dead)
    assert sign_in(typed("mara", text), in_movers, now) == Refused()
    assert isinstance(sign_in(typed("mara", ORIGINAL), in_movers, now), SignedIn)


def test_wrong_tries_at_the_original_do_not_spend_or_delay_a_temporary_password(mara, in_movers, now):
    text, _ = temporary(mara, now)
    for _ in range(6):
        sign_in(typed("mara", "wrong"), in_movers, now)
    assert sign_in(typed("mara", text), in_movers, now).must_change_password


def test_a_refusal_is_audited_without_what_was_typed(mara, in_movers, now):
    sign_in(typed("mara", "secret words"), in_movers, now)
    event = Event.objects.get(action="sign_in.refused")
    assert (event.subject, event.source) == (f"person:{mara.person_id}", "192.0.2.1")
    assert "secret words" not in repr(event.__dict__)
