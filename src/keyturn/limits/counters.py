"""Limits that hold with any number of processes: one guarded upsert takes one place in a window.

    until = take(BY_SOURCE, source, now=now)     None: taken.   A moment: full until then.

The guard stands in the statement, so a hundred simultaneous callers get exactly as many places as there are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from keyturn.lib import digest
from keyturn.limits.models import Counter


@dataclass(frozen=True)
class Limit:
    """At most so many in a window.

    `scaled` limits are those by network source or by tenant, which KEYTURN_SOURCE_LIMIT_FACTOR multiplies;
    limits by person or destination never are. A limit that a whole tenant shares is `spread` over several rows,
    so that its callers do not queue for one; each row holds its share and the sum is never exceeded.
    """

    name: str
    at_most: int
    window: timedelta
    scaled: bool = False
    spread: int = 1

    @property
    def places(self) -> int:
        """Places in one row of this limit."""
        return max(1, self.at_most * self._factor // self.spread)

    @property
    def _factor(self) -> int:
        if self.scaled:
            return settings.KEYTURN_SOURCE_LIMIT_FACTOR
        return getattr(settings, "KEYTURN_DEMO_LIMIT_FACTOR", 1)  # only the demo's settings have it

    def key(self, *whom: str, spread_by: str = "") -> str:
        """The row that counts this for whom; a keyed digest that names nobody."""
        row = int(digest.keyed("spread", spread_by)[:8], 16) % self.spread if self.spread > 1 else 0
        return digest.keyed("limit", self.name, str(row), *whom)


def take(limit: Limit, *whom: str, now: datetime, spread_by: str = "") -> datetime | None:
    """Take one place; None when there was one, otherwise the moment when the window ends."""
    while not has_taken(limit, *whom, now=now, spread_by=spread_by):
        # no row: the window ended at this very moment and was purged, so there is a place in the next one
        if until := _ends_at(limit.key(*whom, spread_by=spread_by)):
            return until
    return None


def has_taken(limit: Limit, *whom: str, now: datetime, spread_by: str = "") -> bool:
    """Take one place; whether there was one. The same one statement either way, for those who must not differ."""
    key = limit.key(*whom, spread_by=spread_by)
    moment = connection.ops.adapt_datetimefield_value(now)
    ends_at = connection.ops.adapt_datetimefield_value(now + limit.window)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO limits_counter AS counter (key, hits, ends_at) VALUES (%s, 1, %s)
            ON CONFLICT (key) DO UPDATE SET
                hits = CASE WHEN counter.ends_at <= %s THEN 1 ELSE counter.hits + 1 END,
                ends_at = CASE WHEN counter.ends_at <= %s THEN excluded.ends_at ELSE counter.ends_at END
            WHERE counter.ends_at <= %s OR counter.hits < %s
            RETURNING hits""",
            [key, ends_at, moment, moment, moment, limit.places],
        )
        return cursor.fetchone() is not None


def give_back(limit: Limit, *whom: str, taken_at: datetime, spread_by: str = "") -> None:
    """Give a place back that was taken at this moment, and only to the window it was taken from."""
    key, at = limit.key(*whom, spread_by=spread_by), connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE limits_counter SET hits = hits - 1
            WHERE key = %s AND hits > 0 AND ends_at > %s AND ends_at <= %s""",
            [key, at(taken_at), at(taken_at + limit.window)],
        )


def hold(limit: Limit, *whom: str, now: datetime) -> None:
    """Lock what counts this until the transaction ends, taking nothing: for those who are not bound by the limit
    but must not be there at the same moment as somebody who is."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO limits_counter AS counter (key, hits, ends_at) VALUES (%s, 0, %s)
            ON CONFLICT (key) DO UPDATE SET hits = counter.hits""",
            [limit.key(*whom), connection.ops.adapt_datetimefield_value(now)],
        )


def full(keys: Mapping[str, Limit], *, now: datetime) -> set[str]:
    """Look at many counters in one statement, taking nothing: the keys of those that are full."""
    if not keys:
        return set()
    places = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT key, hits FROM limits_counter WHERE ends_at > %s AND key IN ({places})",  # noqa: S608
            [connection.ops.adapt_datetimefield_value(now), *keys],
        )
        return {key for key, hits in cursor.fetchall() if hits >= keys[key].places}


def hits(limit: Limit, *whom: str, now: datetime) -> int:
    """Look without taking: how many places are taken in the window that runs; none when none does."""
    running = Counter.objects.filter(key=limit.key(*whom), ends_at__gt=now)
    return running.values_list("hits", flat=True).first() or 0


def full_until(limit: Limit, *whom: str, now: datetime, spread_by: str = "") -> datetime | None:
    """Look without taking: the moment when the window ends if it is full, otherwise None."""
    key, moment = limit.key(*whom, spread_by=spread_by), connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM limits_counter WHERE key = %s AND ends_at > %s AND hits >= %s",
            [key, moment, limit.places],
        )
        if not cursor.fetchone():
            return None
    return _ends_at(key)


def purge(now: datetime) -> int:
    """Remove the counters whose window is over; returns how many."""
    return Counter.objects.filter(ends_at__lte=now).delete()[0]


def _ends_at(key: str) -> datetime | None:
    """When the window of this row ends; None when it has been purged since somebody looked."""
    return Counter.objects.filter(key=key).values_list("ends_at", flat=True).first()
