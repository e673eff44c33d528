"""Proof of work as plain values: what a challenge reads like, how much is wanted, and what is work."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.enrollment.core import proof_of_work as core
from keyturn.enrollment.core.proof_of_work import LARGEST_COUNTER, LEAST_BITS, MOST_BITS, Challenge

SECOND = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
CHALLENGES = st.builds(
    Challenge,
    st.integers(1, 99),
    st.integers(0, 10**9).map(lambda seconds: SECOND + timedelta(seconds=seconds)),
    st.text(SIGNS, min_size=16, max_size=16),
)
SIGNATURE = "0f" * 32
TEXT = f"18.1795345200.{'a' * 16}.{SIGNATURE}"


@given(CHALLENGES)
def test_what_is_handed_out_is_read_as_what_it_was(challenge):
    text = core.signed(challenge, SIGNATURE)
    claimed = core.read(text)
    assert (claimed.challenge, claimed.signature, claimed.text) == (challenge, SIGNATURE, text)


@pytest.mark.parametrize(
    "sent",
    [None, 7, True, b"18", ["18"], "", "18", TEXT + "\n", TEXT + "0", TEXT.upper(), " " + TEXT, "0" + TEXT[1:]]
    + [TEXT.replace("1795345200", seconds) for seconds in ("", "-1", "01795345200", "\u0661", "9" * 12, "1e9")]
    + [TEXT.replace("a" * 16, drawn) for drawn in ("a" * 15, "a" * 17, "\ud800" * 16, "\0" * 16, "é" * 16)]
    + ["1" * 10**6, TEXT.replace(SIGNATURE, "0f" * 31)],
)
def test_what_cannot_be_ours_is_not_read(sent):
    assert core.read(sent) is None


@given(st.one_of(st.text(), st.integers(), st.floats(), st.binary(), st.none(), st.from_regex(core._TEXT)))
def test_reading_never_breaks(sent):
    claimed = core.read(sent)
    assert claimed is None or core.signed(claimed.challenge, claimed.signature) == sent
    counter = core.read_counter(sent)
    assert counter is None or 0 <= counter <= LARGEST_COUNTER


@pytest.mark.parametrize(
    "sent, read",
    [
        (0, 0),
        ("0", 0),
        ("262144", 262144),
        (LARGEST_COUNTER, LARGEST_COUNTER),
        (str(LARGEST_COUNTER), LARGEST_COUNTER),
        (LARGEST_COUNTER + 1, None),
        (-1, None),
        (True, None),
        (1.0, None),
        (None, None),
        ("", None),
        ("007", None),
        ("+1", None),
        ("1_0", None),
        ("\u0661", None),
        ("9" * 10**6, None),
    ],
)
def test_a_counter_is_a_number_as_a_browser_holds_it(sent, read):
    assert core.read_counter(sent) == read


@pytest.mark.parametrize(
    "wrong, bits",
    [(0, 18), (24, 18), (25, 19), (49, 19), (50, 20), (99, 20), (100, 21), (199, 21), (200, 22), (3600, 22)],
)
def test_the_work_grows_with_wrong_ones_that_brought_a_proof(wrong, bits):
    assert core.bits(wrong) == bits


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_it_never_falls_within_the_hour_and_has_an_end(wrong, more):
    assert LEAST_BITS <= core.bits(wrong) <= core.bits(wrong + more) <= MOST_BITS


@pytest.mark.parametrize("digest, bits", [(b"\xff", 0), (b"\x01\xff", 7), (b"\0\x80", 8), (b"\0\0\x10", 19)])
def test_zero_bits_are_counted_from_the_left(digest, bits):
    assert core.zero_bits(digest) == bits


@given(st.integers(0, LARGEST_COUNTER), st.integers(1, 24))
def test_work_is_a_hash_that_begins_with_so_many_zero_bits(counter, wanted):
    hashed = int.from_bytes(sha256(f"{TEXT}.{counter}".encode()).digest(), "big")
    assert core.is_solved(TEXT, counter, wanted) == (hashed < 2 ** (256 - wanted))
