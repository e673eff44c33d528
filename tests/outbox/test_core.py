"""What becomes of a message, from what was said alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.outbox.core import BACK_OFF, History, Next, Try, after

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DEADLINE = NOW + timedelta(hours=1)
OUTCOMES = "accepted", "refused", "not_from_us", "later", "unreachable", "ambiguous"


def said(*outcomes):
    return [Try(f"server {number}", outcome, outcome) for number, outcome in enumerate(outcomes)]


@pytest.mark.parametrize(
    ("outcomes", "was_ambiguous", "state"),
    [
        (["accepted"], False, "sent"),
        (["later", "accepted"], False, "sent"),
        (["refused"], False, "failed"),
        (["unreachable", "refused"], False, "failed"),
        (["not_from_us"], False, "failed"),
        (["not_from_us", "not_from_us"], False, "failed"),
        (["not_from_us", "later"], False, "retrying"),
        (["unreachable", "not_from_us"], False, "retrying"),
        (["later"], False, "retrying"),
        (["unreachable"], False, "retrying"),
        (["ambiguous"], False, "retrying"),
        (["ambiguous"], True, "sent"),
        (["later"], True, "retrying"),
    ],
)
def test_table(outcomes, was_ambiguous, state):
    following = after(said(*outcomes), History(DEADLINE, 1, was_ambiguous), NOW)
    assert following.state == state
    assert following.is_over is (state != "retrying")
    assert following.reply == outcomes[-1]


@given(st.lists(st.sampled_from(OUTCOMES), min_size=1, max_size=4), st.integers(1, 10**6), st.booleans())
def test_never_due_after_the_deadline_nor_for_ever_soon(outcomes, rounds, was_ambiguous):
    following = after(said(*outcomes), History(DEADLINE, rounds, was_ambiguous), NOW)
    assert isinstance(following, Next)
    if following.due_at:
        assert NOW + BACK_OFF[0] <= following.due_at <= min(DEADLINE, NOW + BACK_OFF[-1])


@given(st.sampled_from(OUTCOMES))
def test_what_was_taken_or_refused_is_asked_of_nobody_else(outcome):
    assert Try("one", outcome, "").is_last is (outcome in {"accepted", "refused", "ambiguous"})
