"""Comparing what was typed with the PINs there are: counted before anything is looked at.

A place is taken by source and by tenant, for good, and given back when the PIN was right. Where either is full
nothing is evaluated, and once an hour the tenant hears of it. An unknown selector costs the same hash.
"""

from dataclasses import dataclass
from datetime import datetime

from keyturn.audit import events
from keyturn.enrollment import limits
from keyturn.enrollment.core.pin import PinText
from keyturn.enrollment.models import Pin
from keyturn.lib import hashing
from keyturn.limits import counters
from keyturn.tenants import scope


@dataclass(frozen=True)
class Guess:
    """What came of it: the row whose secret it is, ended or not; or None. `is_over_limit`: nothing was compared."""

    pin: Pin | None = None
    is_over_limit: bool = False


def compare(typed: PinText, source: str, now: datetime) -> Guess:
    """Look for the PIN in the current tenant. Not in a transaction: what is counted stays counted."""
    tenant = str(scope.current_id())
    if not _take_places(source, tenant, now):
        _raise_alarm(tenant, source, now)
        return Guess(is_over_limit=True)
    pin = fitting(typed)
    if pin is not None:
        counters.give_back(limits.WRONG_BY_SOURCE, source, taken_at=now)
        counters.give_back(limits.WRONG_BY_TENANT, tenant, taken_at=now)
    return Guess(pin)


def fitting(typed: PinText) -> Pin | None:
    """The row whose secret this is. One hash, always."""
    pin = Pin.objects.filter(selector=typed.selector).first()
    if pin is None:
        hashing.waste()
        return None
    return pin if hashing.verify(typed.secret, pin.secret_hash) else None


def _take_places(source: str, tenant: str, now: datetime) -> bool:
    """The source first: whoever is over his own limit takes no place from his tenant."""
    by_source = counters.has_taken(limits.WRONG_BY_SOURCE, source, now=now)
    return by_source and counters.has_taken(limits.WRONG_BY_TENANT, tenant, now=now)


def _raise_alarm(tenant: str, source: str, now: datetime) -> None:
    if counters.has_taken(limits.ALERTS_BY_TENANT, tenant, now=now):
        events.record("pins.guessed", at=now, actor="anonymous", source=source)
