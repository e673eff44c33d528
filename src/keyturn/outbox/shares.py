"""How much of a worker one organization may have. A mail server of its own that thinks for ten minutes about each
message would otherwise keep one sender after another, until nobody was left for everybody else's mail.
"""

import threading
from collections import Counter
from collections.abc import Callable, Collection
from uuid import UUID

from keyturn.lib.leases import Claim

Claiming = Callable[[Collection[UUID]], Claim | None]  # given the tenants of whom nothing is to be claimed now


class Shares:
    """What this process has in hand of each tenant's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._in_hand: Counter[UUID] = Counter()

    def take(self, claiming: Claiming, at_most: int) -> Claim | None:
        """Claim one of a tenant of whom fewer than `at_most` are in hand; None when there is none."""
        with self._lock:  # over the claiming, too: two senders at once would both find room for one
            claim = claiming([tenant for tenant, many in self._in_hand.items() if many >= at_most])
            if claim:
                self._in_hand[claim.tenant_id] += 1
            return claim

    def give_back(self, claim: Claim) -> None:
        """It is out of hand."""
        with self._lock:
            self._in_hand[claim.tenant_id] -= 1
            self._in_hand += Counter()  # who has nothing in hand is not remembered
