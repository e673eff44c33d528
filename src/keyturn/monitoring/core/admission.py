"""How many mailboxes may be tried at once, in all, of one host and of one tenant, and how fast one host is asked.

One that finds no place is put off, so that those of other hosts behind it in the queue are not held up. After a
restart, an import or a resume of thousands a host sees a steady row of sign-ins, not a herd: those that it has no
second for are put off over as long a time as it needs for them all.
"""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

_MANY = 1024  # hosts, from which on the idle ones among them are forgotten


@dataclass(frozen=True)
class Limits:
    """How many at once, and how many sign-ins of a host may begin in a second."""

    at_once: int = 600
    of_host: int = 60
    of_tenant: int = 500
    of_host_a_second: int = 40


@dataclass
class _Host:
    """A host's share. `begun` and `turned_away` run out like water: by as many a second as the host is asked."""

    begun: float = 0.0
    turned_away: float = 0.0
    at: float = 0.0

    def run_out(self, at: float, a_second: int) -> None:
        passed, self.at = max(0.0, at - self.at) * a_second, at
        self.begun = max(0.0, self.begun - passed)
        self.turned_away = max(0.0, self.turned_away - passed)


class Places:
    """Who is under way now. Moments are seconds of a clock that only goes forward."""

    def __init__(self, limits: Limits):
        self._limits = limits
        self._under_way: Counter[str | UUID] = Counter()
        self._hosts: dict[str, _Host] = {}
        self._many = _MANY
        self._taken = 0

    @property
    def taken(self) -> int:
        """How many are under way."""
        return self._taken

    @property
    def free(self) -> int:
        """How many more may be, of any hosts."""
        return self._limits.at_once - self._taken

    def take(self, host: str, tenant_id: UUID, at: float) -> bool:
        """Take a place; False when there is none for this host or this tenant now."""
        if not self.free or self._under_way[tenant_id] >= self._limits.of_tenant:
            return False
        pace = self._pace(host, at)
        if self._under_way[host] >= self._limits.of_host or pace.begun + 1 > self._limits.of_host_a_second:
            pace.turned_away += 1
            return False
        pace.begun += 1
        self._count(host, tenant_id, 1)
        return True

    def give_back(self, host: str, tenant_id: UUID) -> None:
        """It is over."""
        self._count(host, tenant_id, -1)

    def backlog(self, host: str, at: float) -> float:
        """For how many seconds this host has enough to do with those that were turned away lately."""
        return self._pace(host, at).turned_away / self._limits.of_host_a_second

    def _pace(self, host: str, at: float) -> _Host:
        if host not in self._hosts:
            self._forget_idle(at)
        pace = self._hosts.setdefault(host, _Host(at=at))
        pace.run_out(at, self._limits.of_host_a_second)
        return pace

    def _forget_idle(self, at: float) -> None:
        """Of hosts long gone nothing is kept; whoever has drained is as new."""
        if len(self._hosts) < self._many:
            return
        for pace in self._hosts.values():
            pace.run_out(at, self._limits.of_host_a_second)
        self._hosts = {name: pace for name, pace in self._hosts.items() if pace.begun or pace.turned_away}
        self._many = max(_MANY, 2 * len(self._hosts))

    def _count(self, host: str, tenant_id: UUID, by: int) -> None:
        self._taken += by
        for key in (host, tenant_id):
            self._under_way[key] += by
            if not self._under_way[key]:
                del self._under_way[key]
