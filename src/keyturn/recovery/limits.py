"""How often one may ask, and how often we write (docs/security.md, Limits).

Asking is limited by source, by what was typed and by tenant: none of them is an account. Writing is limited by
account and by destination. Beyond the limit of a day one message an hour still goes, so that nobody who
asks in Mara's name can keep her out for the rest of the day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from keyturn.limits import counters
from keyturn.limits.counters import Limit

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)

ASKING_BY_SOURCE = Limit("recovery.source", 30, timedelta(minutes=10), scaled=True)
ASKING_BY_NAME = Limit("recovery.name", 10, _HOUR)
ASKING_BY_TENANT = Limit("recovery.tenant", 600, timedelta(minutes=10), scaled=True, spread=8)
LOOKING_BY_SOURCE = Limit("recovery.look", 30, timedelta(minutes=10), scaled=True)
MADE_UP_LINKS_BY_SOURCE = Limit("recovery.made_up_link", 60, timedelta(minutes=10), scaled=True)
ALERTS_BY_TENANT = Limit("recovery.tenant_alert", 1, timedelta(minutes=10))


class PlaceLost(Exception):
    """Somebody else took the last place between the look and the grip; decide again."""


@dataclass(frozen=True)
class Allowance:
    """How many messages one account or one destination may get. The trickle goes on when the day is used up."""

    hour: Limit
    day: Limit
    trickle: Limit

    def keys(self, whom: str) -> tuple[tuple[str, Limit], ...]:
        """The three counters of whom, by key."""
        return tuple((limit.key(whom), limit) for limit in (self.hour, self.day, self.trickle))

    def is_used_up(self, whom: str, full: set[str]) -> bool:
        """Whether nothing more may go to whom now, given the keys of full counters."""
        hour, day, trickle = (limit.key(whom) in full for limit in (self.hour, self.day, self.trickle))
        return hour or (day and trickle)


@cache
def to_account(in_an_hour: int, in_a_day: int) -> Allowance:
    """What a tenant lets one account have; the counters are the same whatever the numbers."""
    return Allowance(
        Limit("recovery.account.hour", in_an_hour, _HOUR),
        Limit("recovery.account.day", in_a_day, _DAY),
        Limit("recovery.account.trickle", 1, _HOUR),
    )


TO_ACCOUNT = to_account(3, 8)  # what tenants begin with
TO_DESTINATION = Allowance(
    Limit("recovery.destination.hour", 3, _HOUR),
    Limit("recovery.destination.day", 10, _DAY),
    Limit("recovery.destination.trickle", 1, _HOUR),
)

Place = tuple[Allowance, str]  # one message more, to this account or destination


def used_up(places: Iterable[Place], now: datetime) -> set[Place]:
    """Which of these may get nothing more now. One statement."""
    wanted = tuple(places)
    full = counters.full({key: limit for allowance, whom in wanted for key, limit in allowance.keys(whom)}, now=now)
    return {place for place in wanted if place[0].is_used_up(place[1], full)}


def take(places: Iterable[Place], now: datetime) -> None:
    """Take one place of each, inside the caller's transaction; raises PlaceLost, which must end it.

    The first counter is locked until the transaction ends, so two recoveries of one account queue here.
    """
    for allowance, whom in places:
        if not counters.has_taken(allowance.hour, whom, now=now):
            raise PlaceLost
        if not any(counters.has_taken(limit, whom, now=now) for limit in (allowance.day, allowance.trickle)):
            raise PlaceLost
