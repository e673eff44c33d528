"""What becomes of a mailbox after a check: three refusals over half an hour, and nothing else, suspend it."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.monitoring.core import rules
from keyturn.monitoring.core.rules import Facts, Moment, Next, Rhythm
from keyturn.monitoring.core.verdict import Code, Verdict

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HALF_HOURLY = Rhythm(every=30 * MINUTE, refusals=3)
WRONG, NO, AWAY = Code.AUTHENTICATION_FAILED, Code.NO_WITHOUT_CODE, Code.UNAVAILABLE
FINE = Facts(state=rules.FINE, verdict=Verdict.ACCEPTED, has_been_accepted=True, checked_at=NOW - MINUTE)

RHYTHMS = st.builds(Rhythm, every=st.integers(5, 1440).map(lambda n: n * MINUTE), refusals=st.integers(2, 10))
SHARES = st.floats(0, 1)
CODES = st.sampled_from(list(Code))


def told(facts: Facts, code: Code, following: Next, now: datetime) -> Facts:
    """What is known after a check, as the flow writes it down."""
    return Facts(
        following.state,
        facts.verdict if code is Code.OUR_OWN else code.verdict,
        following.refusals,
        following.refused_since,
        following.troubled_since,
        facts.has_been_accepted or code.verdict is Verdict.ACCEPTED,
        now,
    )


def lived(facts: Facts, codes: list[Code], rhythm: Rhythm = HALF_HOURLY, share: float = 0.5) -> list[tuple]:
    """Every check on its day, until none is due; each with the moment it happened at."""
    now, seen = NOW, []
    for code in codes:
        following = rules.after(facts, code, Moment(now, rhythm, share))
        seen.append((now, code, following))
        if following.due_at is None:
            break
        facts, now = told(facts, code, following, now), following.due_at
    return seen


@pytest.mark.mission("M1.3")
def test_three_refusals_in_a_row_suspend():
    states = [following.state for _, _, following in lived(FINE, [WRONG] * 5)]
    assert states == [rules.REFUSED, rules.REFUSED, rules.SUSPENDED]


@pytest.mark.mission("M1.3")
def test_a_suspended_mailbox_is_no_longer_tried():
    *_, (_, _, last) = lived(FINE, [WRONG] * 3)
    assert last.is_suspended
    assert last.due_at is None


@pytest.mark.mission("M1.4")
@pytest.mark.parametrize("code", [code for code in Code if code.verdict is Verdict.UNREACHABLE])
def test_trouble_accuses_nobody_however_often(code):
    for _, _, following in lived(FINE, [code] * 50):
        assert following.state != rules.SUSPENDED
        assert following.refusals == 0


def test_trouble_in_between_neither_adds_to_refusals_nor_takes_away():
    *_, (_, _, last) = lived(FINE, [WRONG, AWAY, WRONG, AWAY])
    assert (last.state, last.refusals) == (rules.REFUSED, 2)


def test_an_acceptance_forgets_what_was_counted():
    *_, (_, _, last) = lived(FINE, [WRONG, WRONG, Code.SIGNED_IN])
    assert (last.state, last.refusals, last.refused_since) == (rules.FINE, 0, None)


@pytest.mark.parametrize(
    ("before", "is_refusal"),
    [
        (Facts(), False),
        (FINE, True),
        (Facts(verdict=Verdict.UNCLEAR), True),
        (Facts(verdict=Verdict.REJECTED), True),
        (Facts(verdict=Verdict.UNREACHABLE), False),
    ],
    ids=["never checked", "accepted before", "the second of its kind", "after a clear one", "after trouble"],
)
def test_a_refusal_without_a_word_counts_after_an_accepted_one_or_when_it_repeats(before, is_refusal):
    assert rules.after(before, NO, Moment(NOW, HALF_HOURLY, 0)).refusals == int(is_refusal)


def test_this_machines_own_trouble_changes_nothing_and_passes_soon():
    before = replace(FINE, state=rules.REFUSED, refusals=2, refused_since=NOW - 40 * MINUTE)
    following = rules.after(before, Code.OUR_OWN, Moment(NOW, HALF_HOURLY, 0.5))
    assert (following.state, following.refusals, following.troubled_since) == (rules.REFUSED, 2, None)
    assert following.due_at - NOW <= rules.OUR_OWN_PAUSE


@pytest.mark.mission("M1.4")
def test_while_its_host_is_held_nobody_is_suspended():
    ripe = replace(FINE, state=rules.REFUSED, refusals=9, refused_since=NOW - 120 * MINUTE)
    held = rules.after(ripe, WRONG, Moment(NOW, HALF_HOURLY, 0, is_held=True))
    assert (held.state, held.refusals) == (rules.REFUSED, 10)
    assert rules.after(ripe, WRONG, Moment(NOW, HALF_HOURLY, 0)).is_suspended  # and without the guard it would be


@given(RHYTHMS, SHARES, st.lists(CODES, min_size=1, max_size=60))
def test_suspended_only_by_enough_refusals_in_a_row_over_half_an_hour(rhythm, share, codes):
    seen = lived(Facts(), codes, rhythm, share)
    if not seen[-1][2].is_suspended:
        return
    in_a_row = []
    for at, code, _ in seen:
        if code.verdict is Verdict.ACCEPTED:
            in_a_row = []
        if code.verdict in {Verdict.REJECTED, Verdict.UNCLEAR}:
            in_a_row.append(at)
    assert len(in_a_row) >= rhythm.refusals
    assert in_a_row[-1] - in_a_row[0] >= rules.SPREAD


@given(RHYTHMS, SHARES)
def test_with_nothing_but_refusals_it_takes_just_as_many_as_are_set(rhythm, share):
    seen = lived(FINE, [WRONG] * 20, rhythm, share)
    assert len(seen) == rhythm.refusals
    assert seen[-1][2].is_suspended


@given(RHYTHMS, SHARES, st.lists(CODES, min_size=1, max_size=40))
def test_the_next_check_is_never_too_soon_and_never_too_late(rhythm, share, codes):
    for now, code, following in lived(FINE, codes, rhythm, share):
        if following.due_at is None or code is Code.OUR_OWN:
            continue
        pause = following.due_at - now
        assert pause >= rhythm.every * 0.5
        assert pause <= max(rhythm.every, rules.SLOWEST) * 1.1


@given(RHYTHMS, SHARES)
def test_a_mailbox_that_is_fine_is_checked_at_least_as_often_as_the_tenant_says(rhythm, share):
    following = rules.after(FINE, Code.SIGNED_IN, Moment(NOW, rhythm, share))
    assert rhythm.every * 0.9 <= following.due_at - NOW <= rhythm.every


@pytest.mark.parametrize("checked_at", [None, NOW - 40 * MINUTE], ids=["the first check", "one that came late"])
def test_those_that_waited_together_are_spread_over_half_the_rhythm(checked_at):
    facts = replace(FINE, checked_at=checked_at)
    moments = [Moment(NOW, HALF_HOURLY, share) for share in (0, 0.5, 1)]
    pauses = [rules.after(facts, Code.SIGNED_IN, at).due_at - NOW for at in moments]
    assert pauses == [30 * MINUTE, 22.5 * MINUTE, 15 * MINUTE]


@given(RHYTHMS, SHARES)
def test_a_password_that_is_refused_is_tried_ten_minutes_apart_at_least(rhythm, share):
    """Providers lock an account after ten tries in ten minutes, and some sooner."""
    moments = [at for at, _, _ in lived(FINE, [WRONG] * 20, rhythm, share)]
    assert all(later - sooner >= rules.APART for sooner, later in itertools.pairwise(moments))


def test_trouble_that_lasts_is_looked_at_less_and_less():
    pauses = [following.due_at - now for now, _, following in lived(FINE, [AWAY] * 8, share=0)]
    assert pauses == sorted(pauses)
    assert pauses[0] == 30 * MINUTE
    assert pauses[-1] == rules.SLOWEST


def test_without_the_spread_three_quick_refusals_would_suspend(monkeypatch):
    """Negative control: the half hour is what holds."""
    monkeypatch.setattr(rules, "SPREAD", timedelta())
    ripe = replace(FINE, state=rules.REFUSED, refusals=2, refused_since=NOW - MINUTE)
    assert rules.after(ripe, WRONG, Moment(NOW, HALF_HOURLY, 0)).is_suspended
    monkeypatch.undo()
    assert not rules.after(ripe, WRONG, Moment(NOW, HALF_HOURLY, 0)).is_suspended
