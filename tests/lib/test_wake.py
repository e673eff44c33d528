"""Ringing: never more often than once in a pause, and nobody who rang meanwhile is forgotten."""

import threading

import pytest
from django.db import InterfaceError, OperationalError

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


def test_without_the_promise_whoever_came_second_is_forgotten(calls, monkeypatch):
    """The control: this is what a worker once slept a second over."""
    monkeypatch.setattr(wake._Rope, "_keep_promise", lambda rope: None)
    rope = wake._Rope()
    rope.pull()
    rope.pull()
    assert calls.acquire(timeout=10)
    assert not calls.acquire(timeout=4 * wake._LEAST_PAUSE)


@pytest.mark.parametrize("trouble", [OperationalError, InterfaceError])
def test_a_call_that_fails_harms_nobody(monkeypatch, trouble):
    def broken():
        raise trouble

    monkeypatch.setattr(wake.connection, "cursor", broken)
    wake._notify()
