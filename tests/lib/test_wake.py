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
    monkeypatch.setattr(wake, "_LEAST_PAUSE", 0.5)  # long enough for all who pull at once on a busy machine
    return counted


def test_who_rings_within_the_pause_is_heard_at_its_end(calls):
    rope = wake._Rope()
    for _ in range(50):
        rope.pull()
    assert calls.acquire(timeout=10)
    assert calls.acquire(timeout=10)  # the promise to the forty-nine
    assert not rope._is_promised and not calls.acquire(blocking=False)


def test_a_kept_promise_lets_the_next_one_ring_again(calls, monkeypatch):
    monkeypatch.setattr(wake, "_LEAST_PAUSE", 0.05)
    rope = wake._Rope()
    for _ in range(3):
        rope.pull()
        rope.pull()
        assert calls.acquire(timeout=10)


def test_without_the_promise_whoever_came_second_is_forgotten(calls, monkeypatch):
    """The control: this is what a worker once slept a second over."""
    forgotten = threading.Event()
    monkeypatch.setattr(wake._Rope, "_keep_promise", lambda rope: forgotten.set())
    rope = wake._Rope()
    rope.pull()
    rope.pull()
    assert forgotten.wait(timeout=10)
    assert calls.acquire(blocking=False)
    assert not calls.acquire(blocking=False)


@pytest.mark.parametrize("trouble", [OperationalError, InterfaceError])
def test_a_call_that_fails_harms_nobody(monkeypatch, trouble):
    def broken():
        raise trouble

    monkeypatch.setattr(wake.connection, "cursor", broken)
    wake._notify()
