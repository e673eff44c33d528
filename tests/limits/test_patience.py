"""How long one waits after wrong passwords in a row."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from keyturn.limits import patience


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (1, 0), (4, 0), (5, 1), (6, 2), (7, 4), (14, 512), (15, 900), (16, 900), (100, 900), (10**9, 900)],
)
def test_the_pause_doubles_from_the_fifth_failure_up_to_a_quarter_of_an_hour(failures, seconds):
    assert patience.pause_after(failures) == timedelta(seconds=seconds)


@given(some.integers(0, 10**6))
def test_another_failure_never_shortens_the_pause(failures):
    assert patience.pause_after(failures) <= patience.pause_after(failures + 1) <= patience.LONGEST


def test_the_ladder_is_the_same_arithmetic():
    ladder = patience.pauses()
    assert ladder[-1] == patience.LONGEST
    assert all(pause == patience.pause_after(number) for number, pause in enumerate(ladder, 1))
