"""Calls: signed as the standard has it, and tried again for a day at most."""

import base64
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from keyturn.monitoring.core import calling


def test_the_standards_own_example():
    """Of standard-webhooks 1.0.0, which every library of receivers is tested with."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    made = calling.headers("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}', secret)
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert made["webhook-id"] == "msg_p5jXN8AQM9LWM0D4loKWxJek" and made["webhook-timestamp"] == "1614265330"


@given(st.integers(1, 10_000), st.timedeltas(timedelta(0), timedelta(days=3)))
def test_pauses_grow_and_end_with_the_day(tries, age):
    pause = calling.pause(tries, age)
    if pause is None:
        assert age + timedelta(hours=2) > calling.GIVEN_UP_AFTER
    else:
        assert timedelta(seconds=10) <= pause <= timedelta(hours=2) and age + pause <= calling.GIVEN_UP_AFTER


def test_a_call_that_fails_for_a_day_is_made_some_fifteen_times():
    age, tries = timedelta(0), 1
    while pause := calling.pause(tries, age):
        age, tries = age + pause, tries + 1
    assert 12 <= tries <= 18


def test_only_success_is_taken():
    assert [status for status in range(100, 600) if calling.is_taken(status)] == list(range(200, 300))
