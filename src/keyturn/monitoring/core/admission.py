"""How many mailboxes may be tried at once: in all, of one host, and of one tenant.

One that finds no place is put off for a moment, so that those of other hosts behind it in the queue are not held up.
"""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Limits:
    """How many at once."""

    at_once: int = 400
    of_host: int = 60
    of_tenant: int = 300


class Places:
    """Who is under way now."""

    def __init__(self, limits: Limits):
        self._limits = limits
        self._hosts: Counter[str] = Counter()
        self._tenants: Counter[UUID] = Counter()
        self._taken = 0

    @property
    def taken(self) -> int:
        """How many are under way."""
        return self._taken

    @property
    def free(self) -> int:
        """How many more may be, of any hosts."""
        return self._limits.at_once - self._taken

    def take(self, host: str, tenant_id: UUID) -> bool:
        """Take a place; False when there is none for this host or this tenant."""
        if not self.free or self._hosts[host] >= self._limits.of_host:
            return False
        if self._tenants[tenant_id] >= self._limits.of_tenant:
            return False
        self._count(host, tenant_id, 1)
        return True

    def give_back(self, host: str, tenant_id: UUID) -> None:
        """It is over."""
        self._count(host, tenant_id, -1)

    def _count(self, host: str, tenant_id: UUID, by: int) -> None:
        self._taken += by
        for counter, key in ((self._hosts, host), (self._tenants, tenant_id)):
            counter[key] += by
            if not counter[key]:
                del counter[key]  # of hosts long gone nothing is kept
