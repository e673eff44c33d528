"""Operators sign in where they belong, and nowhere else."""

from datetime import timedelta

import pytest

from keyturn.audit.models import Event
from keyturn.lib import hashing
from keyturn.operators import sessions
from keyturn.operators import sign_in as door
from keyturn.operators.models import Operator, OperatorSession
from keyturn.operators.sessions import Browser, Opened
from keyturn.operators.sign_in import Credentials, Refused, Wait
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

PASSWORD = "violet tractor beside a lake"


@pytest.fixture
def otto(movers) -> Operator:
    return Operator.objects.create(tenant=movers, username="otto", password=hashing.hash_password(PASSWORD))


@pytest.fixture
def olga(db) -> Operator:
    return Operator.objects.create(username="olga", password=hashing.hash_password(PASSWORD))


def enter(tenant: Tenant | None, now, *, username="otto", password=PASSWORD, owners_too=False):
    credentials = Credentials(username, password, Browser("192.0.2.1", "a browser"), tenant, owners_too)
    if tenant is None:
        return door.sign_in(credentials, now)
    with scope.inside(tenant.id):
        return door.sign_in(credentials, now)


def test_the_right_password_opens_a_session_that_is_kept_as_a_digest(movers, otto, now):
    opened = enter(movers, now)
    assert isinstance(opened, Opened)
    assert sessions.resolve(opened.token, now).operator == otto
    assert opened.token not in str(OperatorSession.objects.values())
    with scope.inside(movers.id):
        assert Event.objects.get().action == "operator.signed_in"


@pytest.mark.parametrize("typed", [{"password": "wrong"}, {"username": "nobody"}, {"password": "\ud800"}])
def test_anything_else_is_refused_in_the_same_words(movers, otto, now, typed):
    assert enter(movers, now, **typed) == Refused()


def test_an_operator_of_another_tenant_is_nobody_here(movers, labs, otto, now):
    assert enter(labs, now) == Refused()


def test_owners_sign_in_at_the_installation_alone(movers, olga, now):
    assert enter(movers, now, username="olga") == Refused()
    assert isinstance(enter(None, now, username="olga", owners_too=True), Opened)


@pytest.mark.parametrize("username", ["otto", "olga", "nobody"])
@pytest.mark.parametrize(("owners_too", "hashes"), [(False, 1), (True, 2)])
def test_every_name_costs_as_many_hashes(movers, otto, olga, now, monkeypatch, username, owners_too, hashes):
    counted = []
    monkeypatch.setattr(door.hashing, "verify", lambda *_: counted.append("verify") is not None)
    monkeypatch.setattr(door.hashing, "waste", lambda: counted.append("waste"))
    enter(movers, now, username=username, owners_too=owners_too)
    assert len(counted) == hashes


def test_wrong_passwords_cost_more_and_more_time(movers, otto, now):
    answers = [enter(movers, now, password="wrong") for _ in range(6)]
    assert isinstance(answers[-1], Wait)
    assert isinstance(enter(movers, now), Wait)  # not even the right one is looked at


def test_without_the_delay_guessing_would_go_on(movers, otto, now, monkeypatch):
    monkeypatch.setattr(door.delays, "count", lambda *_, **__: None)
    assert all(enter(movers, now, password="wrong") == Refused() for _ in range(8))


class TestSessionsEnd:
    """A session dies at once with what it rests on."""

    @pytest.fixture
    def token(self, movers, otto, now) -> str:
        return enter(movers, now).token

    def test_when_the_operator_is_switched_off(self, token, otto, now):
        Operator.objects.filter(pk=otto.pk).update(is_active=False)
        assert sessions.resolve(token, now) is None

    def test_when_the_tenant_is_suspended(self, token, movers, now):
        Tenant.objects.filter(pk=movers.pk).update(status=Tenant.SUSPENDED)
        assert sessions.resolve(token, now) is None

    def test_when_the_day_is_over(self, token, now):
        assert sessions.resolve(token, now + sessions.LIFETIME) is None

    def test_when_it_was_ended(self, token, otto, now):
        assert sessions.end_all(otto, now) == 1
        assert sessions.resolve(token, now) is None

    def test_only_once(self, token, now):
        session = sessions.resolve(token, now)
        assert [sessions.end(session, now), sessions.end(session, now)] == [True, False]


def test_being_confirmed_lasts_ten_minutes(movers, otto, now):
    session = enter(movers, now).session
    assert sessions.is_confirmed(session, now + timedelta(minutes=9))
    assert not sessions.is_confirmed(session, now + timedelta(minutes=10))
