"""Operators and their own sign-in: confirming, a new password, other browsers."""

from datetime import timedelta

import pytest

from keyturn.lib import hashing
from keyturn.limits import patience
from keyturn.operators import own, sessions
from keyturn.operators.models import OperatorSession
from keyturn.operators.own import Wait
from tests.operators.conftest import BROWSER, PASSWORD

NEW = "a quiet harbour after the rain"


@pytest.fixture
def other(otto, now) -> OperatorSession:
    return sessions.begin(otto, BROWSER, now).session


def test_the_password_confirms_for_ten_minutes(inside, now):
    OperatorSession.objects.update(confirmed_at=now - timedelta(hours=1))
    assert own.confirm(inside, PASSWORD, now) is True
    inside.refresh_from_db()
    assert sessions.is_confirmed(inside, now + timedelta(minutes=9))
    assert not sessions.is_confirmed(inside, now + timedelta(minutes=10))


def test_a_wrong_password_confirms_nothing_and_costs_time(inside, now):
    OperatorSession.objects.update(confirmed_at=now - timedelta(hours=1))
    outcomes = [own.confirm(inside, "wrong", now) for _ in range(patience.FREE + 1)]
    assert outcomes == [False] * len(outcomes)
    assert isinstance(own.confirm(inside, PASSWORD, now), Wait)
    inside.refresh_from_db()
    assert not sessions.is_confirmed(inside, now)


def test_a_new_password_ends_every_other_session(inside, other, now):
    assert own.change_password(inside, PASSWORD, NEW, now) is True
    inside.operator.refresh_from_db()
    assert hashing.verify(NEW, inside.operator.password)
    ended = dict(OperatorSession.objects.values_list("pk", "ended_at"))
    assert ended == {inside.pk: None, other.pk: now}


def test_without_the_present_password_nothing_changes(inside, other, now):
    assert own.change_password(inside, "wrong", NEW, now) is False
    inside.operator.refresh_from_db()
    assert hashing.verify(PASSWORD, inside.operator.password)
    assert not OperatorSession.objects.exclude(ended_at=None).exists()


def test_of_two_changes_at_once_the_second_is_told(inside, now):
    before = OperatorSession.objects.select_related("operator").get()
    assert own.change_password(inside, PASSWORD, NEW, now) is True
    assert own.change_password(before, PASSWORD, "yet another harbour somewhere", now) is False


def test_other_browsers_are_signed_out_one_by_one_or_all(inside, other, olga, now):
    hers = sessions.begin(olga, BROWSER, now).session
    assert own.end_session(inside, other.pk, now)
    assert not own.end_session(inside, other.pk, now)
    assert not own.end_session(inside, inside.pk, now)
    assert not own.end_session(inside, hers.pk, now)
    assert own.end_other_sessions(inside, now) == 0
    hers.refresh_from_db()
    assert hers.ended_at is None
