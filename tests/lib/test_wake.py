"""Ringing: never more often than once in a pause, and nobody who rang meanwhile is forgotten."""

import threading

import pytest

from keyturn.lib import wake


@pytest.fixture
def calls(monkeypatch) -> threading.Semaphore:
    """Counts what would be told to the database."""
    counted = threading.Semaphore(0)
    monkeypatch.setattr(wake, "_notify", counted.release)
    return counted


def test_who_rings_within_the_pause_is_heard_at_its_end(calls):
    rope = wake._Rope()
    for _ in range(50):
        rope.pull()
    assert calls.acquire(timeout=10)
    assert calls.acquire(timeout=10)  # the promise to the forty-nine
    assert not calls.acquire(timeout=4 * wake._LEAST_PAUSE)


def test_a_kept_promise_lets_the_next_one_ring_again(calls):
    rope = wake._Rope()
    for _ in range(3):
        rope.pull()
        rope.pull()
        assert calls.acquire(timeout=10)
