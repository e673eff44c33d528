"""Many at once: parallel guesses meet the delay, and one temporary password makes one session."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from keyturn.access.limits import Bucket
from keyturn.access.models import Session
from keyturn.access.sign_in import Refused, SignedIn, sign_in
from keyturn.directories import pending
from keyturn.directories.models import TemporaryPassword
from keyturn.limits import patience
from keyturn.tenants import scope
from tests import proof
from tests.access.people import temporary, typed

pytestmark = pytest.mark.django_db(transaction=True)
CALLERS = 100


def _at_once(tenant, now, credentials, times: int = CALLERS) -> list:
    def one(_: int) -> object:
        try:
            with scope.inside(tenant.id):
                return sign_in(credentials, tenant, now)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as callers:
        return list(callers.map(one, range(times)))


def test_a_hundred_parallel_guesses_get_no_more_than_the_free_tries(mara, in_movers, now):
    answers = _at_once(in_movers, now, typed("mara", "wrong"))
    assert answers.count(Refused()) == patience.FREE + 1
    proof.note("parallel guesses at one name", CALLERS, f"{patience.FREE + 1} compared")


def test_control_without_the_count_every_guess_is_compared(mara, in_movers, now, monkeypatch):
    monkeypatch.setattr(Bucket, "count", lambda self, now, forgiven_at: None)
    assert _at_once(in_movers, now, typed("mara", "wrong")).count(Refused()) == CALLERS


@pytest.mark.mission("M0.4")
def test_a_hundred_parallel_sign_ins_with_one_temporary_password_make_one_session(mara, in_movers, now):
    text, _ = temporary(mara, now)
    assert [type(answer) for answer in _at_once(in_movers, now, typed("mara", text))].count(SignedIn) == 1
    assert Session.objects.count() == 1
    proof.note("parallel sign-ins with one temporary password", CALLERS, "1 session")


def test_control_without_the_guarded_step_many_sessions_open(mara, in_movers, now, monkeypatch):
    text, _ = temporary(mara, now)
    monkeypatch.setattr(pending, "use", lambda account, row, now: True)
    answers = _at_once(in_movers, now, typed("mara", text), 20)
    assert [type(answer) for answer in answers].count(SignedIn) > 1
    assert TemporaryPassword.objects.get().state == TemporaryPassword.LIVE
