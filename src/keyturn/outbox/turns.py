"""Handing over in turn: a worker's senders prepare messages side by side, and one at a time gives one away.

Between a server's 250 and our note of it lies a moment in which nobody can tell whether the message left. Whoever
dies in it leaves a message that goes once more. So that one death costs one copy, one sender at a time is in there.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Turn:
    """What one thread at a time has; it passes on when it is given back, or was kept for `patience` seconds.

    A mail server that thinks for ten minutes, which it may, would otherwise hold up everybody's mail.
    """

    def __init__(self, patience: float):
        self.patience = patience
        self._changed = threading.Condition()
        self._holder: object | None = None
        self._since = 0.0  # by the monotonic clock

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for it, and have it while the work within lasts."""
        me = self._take()
        try:
            yield
        finally:
            self._give_back(me)

    def _take(self) -> object:
        with self._changed:
            while self._holder and (left := self._since + self.patience - time.monotonic()) > 0:
                self._changed.wait(left)
            self._holder, self._since = object(), time.monotonic()
            return self._holder

    def _give_back(self, me: object) -> None:
        with self._changed:
            if self._holder is me:  # it was kept too long where somebody else has it by now
                self._holder = None
                self._changed.notify()


HANDING_OVER = Turn(patience=2)
