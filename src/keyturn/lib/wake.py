"""Waking workers: PostgreSQL's LISTEN/NOTIFY where there is one, a short nap where there is not.

Only to wake. Nothing is carried in a notification and nothing depends on one arriving: due rows are found by
looking.
"""

import threading
import time
from collections.abc import Iterator

from django.db import InterfaceError, OperationalError, connection

CHANNEL = "keyturn_due"
NAP = 0.2  # seconds between looks where nobody can call us
_LEAST_PAUSE = 0.05  # seconds between two rings of one process: a notification takes a lock at commit
_last_ring = 0.0


def ring() -> None:
    """Tell listening workers that something is due; call it after the commit that made it so."""
    global _last_ring
    if connection.vendor != "postgresql" or time.monotonic() - _last_ring < _LEAST_PAUSE:
        return
    _last_ring = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


class Bell:
    """Wakes the threads of one worker process; each waits on it with a time limit."""

    def __init__(self) -> None:
        self._rung = threading.Condition()

    def ring(self) -> None:
        """Wake every thread that waits."""
        with self._rung:
            self._rung.notify_all()

    def wait(self, seconds: float) -> None:
        """Sleep until rung or until the time is over."""
        with self._rung:
            self._rung.wait(seconds)


def listen(bell: Bell, stopping: threading.Event) -> None:
    """Ring the bell at every notification until stopping; a broken connection is made anew."""
    while not stopping.is_set():
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
            for _ in _notifications(stopping):
                bell.ring()
        except (OperationalError, InterfaceError):
            connection.close()
            stopping.wait(1)
    connection.close()


def _notifications(stopping: threading.Event) -> Iterator[object]:
    while not stopping.is_set():
        yield from connection.connection.notifies(timeout=1, stop_after=1)
