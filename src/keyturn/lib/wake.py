"""Waking workers: PostgreSQL's LISTEN/NOTIFY, and on SQLite a number that changes when another process commits.

Only to wake. Nothing is carried in a call and nothing depends on one arriving: due rows are found by looking.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from django.db import InterfaceError, OperationalError, connection

CHANNEL = "keyturn_due"
NAP = 0.05  # seconds between two looks at SQLite's number; one takes some microseconds
_LEAST_PAUSE = 0.05  # seconds between two rings of one process: a notification takes a lock at commit


class _Rope:
    """What this process rings with: at most one call in a pause, and one at its end for whoever came meanwhile."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._free_at = 0.0
        self._is_promised = False

    def pull(self) -> None:
        """Ring now, or once at the end of the pause; nobody who pulls is forgotten."""
        with self._lock:
            if self._is_promised:
                return
            wait = self._free_at - time.monotonic()
            self._is_promised = wait > 0
            if not self._is_promised:
                self._free_at = time.monotonic() + _LEAST_PAUSE
        if wait > 0:
            later = threading.Timer(wait, self._keep_promise)
            later.daemon = True
            later.start()
        else:
            _notify()

    def _keep_promise(self) -> None:
        with self._lock:
            self._is_promised = False
            self._free_at = time.monotonic() + _LEAST_PAUSE
        _notify()
        connection.close()  # this thread ends here


_rope = _Rope()


def ring() -> None:
    """Tell listening workers that something is due; call it after the commit that made it so."""
    if connection.vendor == "postgresql":
        _rope.pull()


def _notify() -> None:
    """A call that fails costs a nap and nothing else: what it was for is committed, and is found by looking."""
    with suppress(OperationalError, InterfaceError), connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


class Bell:
    """Wakes one of the threads that wait on it. Rung while nobody waits, it wakes the next one that would."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._is_rung = False
        self._is_ended = False

    def ring(self) -> None:
        """Wake one thread."""
        with self._condition:
            self._is_rung = True
            self._condition.notify()

    def end(self) -> None:
        """Wake every thread, and let none wait again."""
        with self._condition:
            self._is_ended = True
            self._condition.notify_all()

    def wait(self, seconds: float) -> None:
        """Sleep until rung or until the time is over."""
        with self._condition:
            self._condition.wait_for(lambda: self._is_rung or self._is_ended, seconds)
            self._is_rung = False


def listen(ring_all: Callable[[], None], stopping: threading.Event) -> None:
    """Ring at every call until stopping; a broken connection is made anew."""
    calls = _notifications if connection.vendor == "postgresql" else _commits
    while not stopping.is_set():
        try:
            for _ in calls(stopping):
                ring_all()
        except (OperationalError, InterfaceError):
            connection.close()
            stopping.wait(1)
    connection.close()


def _notifications(stopping: threading.Event) -> Iterator[object]:
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {CHANNEL}")
    while not stopping.is_set():
        yield from connection.connection.notifies(timeout=1, stop_after=1)


def _commits(stopping: threading.Event) -> Iterator[object]:
    """SQLite has nobody to call; but `data_version` is another one after every commit of another connection."""
    seen = None
    while not stopping.wait(NAP):
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            version = cursor.fetchone()
        if version != seen:
            seen = version
            yield version
