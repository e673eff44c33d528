"""Temporary passwords: strong, unambiguous, and recognised by their shape alone."""

import random
import secrets
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.passwords.core import generate
from keyturn.passwords.core.generate import ALPHABET, has_temporary_shape, temporary

MANY = [temporary() for _ in range(3000)]


@pytest.mark.mission("M0.2")
def test_ten_unambiguous_characters_with_upper_lower_and_digit():
    assert len(ALPHABET) == len(set(ALPHABET)) == 57
    assert not set(ALPHABET) & set("0O1lI")
    for text in MANY:
        assert len(text) == 10 and set(text) <= set(ALPHABET)
        assert any(map(str.isupper, text)) and any(map(str.islower, text)) and any(map(str.isdigit, text))


@pytest.mark.mission("M0.2")
def test_no_two_are_alike_and_every_character_comes_in_every_place():
    assert len(set(MANY)) == len(MANY)
    for place in range(10):
        counts = Counter(text[place] for text in MANY)
        assert set(counts) == set(ALPHABET)
        assert max(counts.values()) < 4 * len(MANY) / 57


@pytest.mark.mission("M0.2")
def test_it_is_drawn_from_the_systems_randomness(monkeypatch):
    drawn = []
    choice = secrets.choice
    monkeypatch.setattr(secrets, "choice", lambda letters: drawn.append(letters) or choice(letters))
    random.seed(7)
    first = temporary()
    random.seed(7)
    assert temporary() != first
    assert len(drawn) >= 18 and set(drawn) == {ALPHABET}


def test_its_shape_is_recognised():
    assert all(map(has_temporary_shape, MANY))


def test_every_single_slip_and_every_swap_of_neighbours_is_caught():
    for text in MANY[:50]:
        for place in range(10):
            slips = (text[:place] + other + text[place + 1 :] for other in ALPHABET if other != text[place])
            assert not any(map(has_temporary_shape, slips))
        for place in range(9):
            swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
            assert swapped == text or not has_temporary_shape(swapped)


def test_with_equal_weights_swaps_would_pass(monkeypatch):
    """The control of the test above: the same sum, unweighted, is blind to the order."""

    def unweighted(first: str) -> str:
        return ALPHABET[-sum(ALPHABET.index(character) for character in first) % 57]

    monkeypatch.setattr(generate, "check_character", unweighted)
    text = temporary()
    assert has_temporary_shape(text)
    assert has_temporary_shape(text[1] + text[0] + text[2:])


@given(st.text(max_size=300))
def test_any_other_text_is_told_apart_without_complaint(text):
    assert has_temporary_shape(text) in (True, False)


@pytest.mark.parametrize(
    "text", ["", "x" * 10, "2" * 10, MANY[0] + " ", MANY[0][:9], MANY[0][:9] + "٣", "\ud800" * 10]
)
def test_what_is_not_one(text):
    assert not has_temporary_shape(text)


def test_one_random_text_of_the_length_in_57_needs_more_hashes():
    shaped = sum(has_temporary_shape("".join(secrets.choice(ALPHABET) for _ in range(10))) for _ in range(5000))
    assert shaped < 5000 / 57 * 2
