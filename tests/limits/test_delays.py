"""Delays grow with failures in a row, and simultaneous guesses get exactly the free tries that are left."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from keyturn.limits import delays
from keyturn.limits.delays import Schedule
from keyturn.limits.models import Delay
from tests.limits import vanishing

SECOND = timedelta(seconds=1)
LADDER = Schedule("test", (0 * SECOND, 0 * SECOND, SECOND, 4 * SECOND), closes_at=6)


def test_the_first_tries_cost_nothing_and_then_the_pause_grows(db, now):
    assert [delays.count(LADDER, "mara", now=now) for _ in range(3)] == [None] * 3
    assert delays.count(LADDER, "mara", now=now) == now + SECOND
    assert delays.count(LADDER, "mara", now=now + SECOND) is None
    assert delays.count(LADDER, "mara", now=now + 3 * SECOND) == now + 5 * SECOND
    assert delays.count(LADDER, "nils", now=now) is None


def test_asking_too_early_does_not_make_the_wait_longer(db, now):
    for _ in range(10):
        delays.count(LADDER, "mara", now=now)
    assert delays.count(LADDER, "mara", now=now) == now + SECOND


def test_it_closes_after_so_many_failures_and_no_waiting_helps(db, now):
    later = [now + timedelta(minutes=minutes) for minutes in range(9)]
    assert [delays.count(LADDER, "mara", now=moment) for moment in later[:6]] == [None] * 6
    assert delays.count(LADDER, "mara", now=later[6]) == later[6] + 4 * SECOND
    assert delays.count(LADDER, "mara", now=now + timedelta(days=300)) is not None


def test_a_success_forgets_and_a_new_password_forgives(db, now):
    for _ in range(3):
        delays.count(LADDER, "mara", now=now)
    assert delays.count(LADDER, "mara", now=now, forgiven_at=now - SECOND) is not None
    assert delays.count(LADDER, "mara", now=now, forgiven_at=now) is None
    assert Delay.objects.get().failures == 1
    delays.clear(LADDER, "mara")
    assert not Delay.objects.exists()


def test_who_must_wait_while_the_owner_comes_in_need_not_wait(db, now):
    for _ in range(3):
        delays.count(LADDER, "mara", now=now)
    with vanishing.before_it_is_read(Delay):
        assert delays.count(LADDER, "mara", now=now) is None
    assert Delay.objects.get().failures == 1


def test_old_failures_are_purged_and_closed_doors_stay(db, now):
    old = now - delays.KEPT_FOR
    Delay.objects.create(key="open", failures=99, counted_at=old)
    Delay.objects.create(key="closed", failures=100, counted_at=old)
    assert delays.purge(now, closes_at=100) == 1
    assert Delay.objects.get().key == "closed"


@pytest.mark.django_db(transaction=True)
def test_a_hundred_simultaneous_guesses_get_the_free_tries_that_are_left(now):
    assert _race(now) == 3


@pytest.mark.django_db(transaction=True)
def test_control_without_the_guard_in_the_statement_all_of_them_pass(now, monkeypatch):
    guarded = delays._statement
    monkeypatch.setattr(delays, "_statement", lambda schedule: _unguarded(guarded(schedule)))
    assert _race(now) == 100


def _race(now) -> int:
    delays.count(LADDER, "elsewhere", now=now)  # the connection is warm

    def guess(_: int) -> bool:
        try:
            return delays.count(LADDER, "mara", now=now) is None
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as guessers:
        return sum(guessers.map(guess, range(100)))


def _unguarded(statement: str) -> str:
    return statement.replace("WHERE delay.counted_at <= %s\n", "WHERE true OR delay.counted_at <= %s\n")
