"""Guesses: the library's words in ours, and a bound on its work that leaves ordinary passwords alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.lib import guesses

SIGNS = "0123456789@({[<!|$+%"


@pytest.fixture
def seen(monkeypatch) -> list[str]:
    """What the library is shown."""
    texts, original = [], guesses.zxcvbn
    monkeypatch.setattr(guesses, "zxcvbn", lambda text, words: texts.append(text) or original(text, words))
    return texts


@pytest.mark.parametrize(
    ("text", "weakness"),
    [
        ("qwertyuiop[]", "keyboard"),
        ("aaaaaaaaaaaa", "repeats"),
        ("abcdefghijkl", "sequence"),
        ("password", "common"),
    ],
)
def test_weaknesses_have_names_of_our_own(text, weakness):
    assert weakness in guesses.count(text).weaknesses


@pytest.mark.parametrize("text", ["", "\ud800", "\0", "🔑" * 300, "x" * 2**20])
def test_any_text_is_counted(text):
    assert guesses.count(text, ("\0", "")).log10 >= 0


@pytest.mark.parametrize("text", ["P@$$w0rd!2026", "h@rb0ur+$ail", "kP9x-vv3Lq!z", "(quiet) [lamp]"])
def test_ordinary_signs_are_shown_as_they_are(seen, text):
    guesses.count(text)
    assert seen == [text]


@given(st.text(SIGNS + "abc", min_size=20, max_size=100))
def test_what_the_library_is_shown_has_few_readings(text):
    shown = guesses._readable(text)
    assert guesses._readings(shown) <= guesses._MOST_READINGS
    assert len(shown) == len(text)


def test_unbounded_it_would_have_hundreds():
    """The control of the test above."""
    assert guesses._readings(SIGNS) > 500
