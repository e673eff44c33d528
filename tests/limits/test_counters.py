"""A limit gives exactly as many places as it has, to any number of simultaneous callers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from keyturn.limits import counters
from keyturn.limits.counters import Limit
from keyturn.limits.models import Counter
from tests.limits import vanishing

FIVE_AN_HOUR = Limit("test", 5, timedelta(hours=1))


def test_a_limit_has_so_many_places_and_says_when_there_are_new_ones(db, now):
    assert [counters.take(FIVE_AN_HOUR, "mara", now=now) for _ in range(5)] == [None] * 5
    assert counters.take(FIVE_AN_HOUR, "mara", now=now) == now + timedelta(hours=1)
    assert counters.take(FIVE_AN_HOUR, "nils", now=now) is None


def test_the_next_window_begins_empty(db, now):
    for _ in range(6):
        counters.take(FIVE_AN_HOUR, "mara", now=now)
    assert counters.take(FIVE_AN_HOUR, "mara", now=now + timedelta(hours=1)) is None


def test_a_window_that_is_purged_while_somebody_asks_is_over(db, now):
    for _ in range(5):
        counters.take(FIVE_AN_HOUR, "mara", now=now)
    with vanishing.before_it_is_read(Counter):
        assert counters.take(FIVE_AN_HOUR, "mara", now=now) is None
    assert Counter.objects.get().hits == 1


def test_looking_takes_no_place(db, now):
    for _ in range(5):
        assert counters.full_until(FIVE_AN_HOUR, "mara", now=now) is None
        counters.take(FIVE_AN_HOUR, "mara", now=now)
    assert counters.full_until(FIVE_AN_HOUR, "mara", now=now) is not None


def test_a_place_that_was_given_back_can_be_taken_again(db, now):
    assert [counters.take(FIVE_AN_HOUR, "mara", now=now) for _ in range(5)] == [None] * 5
    counters.give_back(FIVE_AN_HOUR, "mara", taken_at=now)
    assert counters.take(FIVE_AN_HOUR, "mara", now=now) is None
    assert counters.take(FIVE_AN_HOUR, "mara", now=now) is not None


def test_a_place_is_given_back_to_no_other_window(db, now):
    later = now + timedelta(hours=1)
    counters.take(FIVE_AN_HOUR, "mara", now=now)
    assert [counters.take(FIVE_AN_HOUR, "mara", now=later) for _ in range(5)] == [None] * 5
    counters.give_back(FIVE_AN_HOUR, "mara", taken_at=now)
    assert counters.take(FIVE_AN_HOUR, "mara", now=later) is not None


def test_more_is_never_given_back_than_was_taken(db, now):
    counters.take(FIVE_AN_HOUR, "mara", now=now)
    for _ in range(3):
        counters.give_back(FIVE_AN_HOUR, "mara", taken_at=now)
    assert [counters.take(FIVE_AN_HOUR, "mara", now=now) for _ in range(6)][4:] == [None, now + timedelta(hours=1)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("spread", [1, 5])
def test_simultaneous_callers_get_exactly_the_places_there_are(now, spread):
    limit = Limit("race", 20, timedelta(hours=1), spread=spread)
    counters.take(limit, "elsewhere", now=now)  # the connection is warm

    def caller(number: int) -> bool:
        try:
            return counters.take(limit, "movers", now=now, spread_by=str(number)) is None
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as callers:
        taken = sum(callers.map(caller, range(200)))
    assert taken == 20
