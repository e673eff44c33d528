"""Handing over in turn: a worker's senders prepare messages side by side, and one at a time gives one away.

Between a server's 250 and our note of it lies a moment in which nobody can tell whether the message left. Whoever
dies in it leaves a message that goes once more. So that one death costs one copy, one sender at a time is in there.

A mail server may think for ten minutes about each message. Whoever meets one has had its turn after a while, and goes
on beside the next; and an organization that holds several senders so gets no more of them.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID


class Held(Exception):
    """As many senders as a tenant may hold have been handing over for too long, all for this tenant."""


class Turns:
    """Who hands over, for which tenant and since when. `patience`, in seconds, is how long a turn lasts at most."""

    def __init__(self, patience: float):
        self.patience = patience
        self._changed = threading.Condition()
        self._busy: dict[object, tuple[UUID, float]] = {}  # by the monotonic clock
        self._last: object | None = None

    @contextmanager
    def taken(self, tenant: UUID, at_most: int) -> Iterator[None]:
        """Wait for the turn, and have it while the work within lasts; raises Held instead."""
        me = self._take(tenant, at_most)
        try:
            yield
        finally:
            self._give_back(me)

    def held(self, at_most: int) -> list[UUID]:
        """The tenants for whom so many senders have been handing over for too long."""
        with self._changed:
            return self._held(at_most)

    def _take(self, tenant: UUID, at_most: int) -> object:
        with self._changed:
            while (left := self._left()) > 0:
                self._changed.wait(left)
            if tenant in self._held(at_most):
                self._changed.notify()  # the turn is for somebody else
                raise Held
            self._last = me = object()
            self._busy[me] = tenant, time.monotonic()
            return me

    def _left(self) -> float:
        """Seconds for which the last to take the turn may still keep it."""
        if self._last not in self._busy:
            return 0
        _, since = self._busy[self._last]
        return since + self.patience - time.monotonic()

    def _held(self, at_most: int) -> list[UUID]:
        late = time.monotonic() - self.patience
        slow = Counter(tenant for tenant, since in self._busy.values() if since <= late)
        return [tenant for tenant, many in slow.items() if many >= at_most]

    def _give_back(self, me: object) -> None:
        with self._changed:
            del self._busy[me]
            self._changed.notify()


HANDING_OVER = Turns(patience=2)
