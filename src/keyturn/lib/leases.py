"""Rows that wait for a worker. A worker claims one by taking a lease; a worker that dies lets it run out.

Every later write names the fence it was given, so a worker that was only slow, not dead, cannot overwrite what
the next one did with the row.
"""

import secrets
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, models

from keyturn.lib import clock, rows

Columns = Mapping[str, Collection[Any]]  # the values of some columns
log = structlog.get_logger("keyturn.worker")


class LeaseLost(Exception):
    """The lease ran out and somebody else has the row now; whatever was done must not be written."""


class Leased(models.Model):
    """A row that some worker must attend to at `due_at`; null when nothing is left to do."""

    due_at = models.DateTimeField(null=True, db_index=True)
    lease_until = models.DateTimeField(null=True)
    fence = models.BigIntegerField(null=True)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


@dataclass(frozen=True)
class Claim:
    """One claimed row: which, whose, and the fence under which it may be written."""

    id: UUID
    tenant_id: UUID | None
    fence: int
    attempts: int


def claim(  # noqa: PLR0913
    model: type[Leased],
    *,
    now: datetime,
    lease: timedelta,
    only: Columns = MappingProxyType({}),
    but_not: Columns = MappingProxyType({}),
) -> Claim | None:
    """Take the row that has been due longest, or None. Any number of workers may call it at once.

    `only`: of those whose columns have one of these values; `but_not`: whose columns have none of these.
    """
    return next(iter(claim_many(model, now=now, lease=lease, at_most=1, only=only, but_not=but_not)), None)


def claim_many(  # noqa: PLR0913
    model: type[Leased],
    *,
    now: datetime,
    lease: timedelta,
    at_most: int,
    only: Columns = MappingProxyType({}),
    but_not: Columns = MappingProxyType({}),
) -> list[Claim]:
    """Take so many of the rows that have been due longest, all under one fence. One statement.

    This is one of the two places that read across tenants, and it reads nothing but the rows' names.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    (wanted, among), (unwanted, but) = _among(model, "IN", only), _among(model, "NOT IN", but_not)
    due = f"""SELECT id FROM {table} WHERE due_at <= %s AND (lease_until IS NULL OR lease_until <= %s){among}{but}
        ORDER BY due_at LIMIT %s"""  # noqa: S608 -- only names of ours are put in
    # as an array it is looked up once; a planner may look up IN again and again, and lock more each time
    mine = f"= ANY(ARRAY({due} FOR UPDATE SKIP LOCKED))" if connection.vendor == "postgresql" else f"IN ({due})"
    statement = f"""UPDATE {table} SET lease_until = %s, fence = %s, attempts = attempts + 1
        WHERE id {mine} RETURNING id, tenant_id, fence, attempts"""  # noqa: S608 -- as above
    moment = connection.ops.adapt_datetimefield_value(now)
    until = connection.ops.adapt_datetimefield_value(now + lease)
    with connection.cursor() as cursor:
        cursor.execute(statement, [until, secrets.randbits(62), moment, moment, *wanted, *unwanted, at_most])
        return [Claim(uuid_of(row[0]), uuid_of(row[1]), row[2], row[3]) for row in cursor.fetchall()]


def _among(model: type[Leased], how: str, columns: Columns) -> tuple[list[Any], str]:
    """The values of all columns as the database wants them, and a condition for each column."""
    fields = {name: model._meta.get_field(name) for name in columns}
    values = [fields[name].get_db_prep_value(one, connection) for name, given in columns.items() for one in given]
    quote = connection.ops.quote_name
    return values, "".join(f" AND {quote(name)} {how} ({', '.join(['%s'] * len(columns[name]))})" for name in columns)


def settle(model: type[Leased], claim: Claim, **changes: Any) -> None:
    """Write the outcome under the claim's fence and give the lease back; raises LeaseLost when it is not ours now."""
    mine = {"id": claim.id, "fence": claim.fence}
    if rows.update(model, mine, lease_until=None, fence=None, **changes) != 1:
        raise LeaseLost


def settle_many(model: type[Leased], fence: int, changes: Mapping[UUID, Mapping[str, Any]]) -> set[UUID]:
    """Write many outcomes under the fence of their common claim, in one statement, and give the leases back.

    Every row has the same columns. Returns the rows that were ours still; the others belong to somebody else.
    """
    given = {key: {"lease_until": None, "fence": None, **columns} for key, columns in changes.items()}
    return {uuid_of(key) for key in rows.update_many(model, {"fence": fence}, given)}


@contextmanager
def kept(model: type[Leased], claim: Claim, lease: timedelta) -> Iterator[None]:
    """Renew the lease while the work within takes longer than it: a mail server may think for ten minutes.

    At most 20 leases long, so that a hand-over that never ends does not keep its row for ever.
    """
    hold = _Hold(model, claim, lease)
    _keeper.take(hold)
    try:
        yield
    finally:
        _keeper.leave(hold)


@dataclass(eq=False)
class _Hold:
    """A lease that is renewed until its work is done, and how often it may still be."""

    model: type[Leased]
    claim: Claim
    lease: timedelta
    renewals: int = 60

    def renew(self) -> bool:
        """Extend it from now on; False when it is not ours any more, or was extended often enough."""
        self.renewals -= 1
        return self.renewals >= 0 and _extend(self.model, self.claim, clock.now() + self.lease)


class _Keeper:
    """Renews what this process holds, in one thread: it looks three times a lease, as long as there is something."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: set[_Hold] = set()
        self._is_looking = False

    def take(self, hold: _Hold) -> None:
        """Renew it from now on."""
        with self._lock:
            self._held.add(hold)
            is_looking, self._is_looking = self._is_looking, True
        if not is_looking:
            pause = hold.lease.total_seconds() / 3
            threading.Thread(target=self._look, args=(pause,), name="leases", daemon=True).start()

    def leave(self, hold: _Hold) -> None:
        """Renew it no more."""
        with self._lock:
            self._held.discard(hold)

    def _look(self, pause: float) -> None:
        while held := self._after(pause):
            try:
                for hold in held:
                    if not hold.renew():
                        self.leave(hold)
            except Exception as problem:  # whatever it is, the others' leases are looked after
                log.warning("lease.not_renewed", problem=type(problem).__name__)
            finally:
                connection.close()

    def _after(self, pause: float) -> list[_Hold]:
        """What is held when a pause is over. Nothing: the thread ends, and whoever takes a lease starts another."""
        time.sleep(pause)
        with self._lock:
            self._is_looking = bool(self._held)
            return list(self._held)


_keeper = _Keeper()


def _extend(model: type[Leased], claim: Claim, until: datetime) -> bool:
    table = connection.ops.quote_name(model._meta.db_table)
    moment = connection.ops.adapt_datetimefield_value(until)
    row = model._meta.pk.get_db_prep_value(claim.id, connection)
    statement = f"UPDATE {table} SET lease_until = %s WHERE id = %s AND fence = %s"  # noqa: S608 -- as in claim
    with connection.cursor() as cursor:
        cursor.execute(statement, [moment, row, claim.fence])
        return cursor.rowcount == 1


def uuid_of(value: Any) -> UUID | None:
    """A key as raw SQL returned it: SQLite gives text, PostgreSQL a UUID."""
    return value if value is None or isinstance(value, UUID) else UUID(value)
