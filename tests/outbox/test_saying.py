"""Operators read words, never the names that the code has for things."""

from keyturn.outbox import purposes, saying


def test_every_purpose_has_words():
    assert set(saying.PURPOSES) == set(purposes.PURPOSES)
