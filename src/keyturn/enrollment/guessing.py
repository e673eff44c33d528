"""Comparing what was typed with the PINs there are: counted before anything is looked at.

A place is taken by source and by tenant, for good, and given back when the PIN was right. Where the source's are full
nothing is evaluated; where the tenant's are, only what came with a proof of work, which is counted apart, so that the
next proofs cost more. Once an hour the tenant hears of it. An unknown selector costs the same hash.
"""

from dataclasses import dataclass
from datetime import datetime

from keyturn.audit import events
from keyturn.enrollment import limits
from keyturn.enrollment.core.pin import PinText
from keyturn.enrollment.models import Pin
from keyturn.lib import hashing
from keyturn.limits import counters
from keyturn.limits.counters import Limit
from keyturn.tenants import scope


@dataclass(frozen=True)
class Guess:
    """What came of it: the row whose secret it is, ended or not; or None. `is_over_limit`: nothing was compared."""

    pin: Pin | None = None
    is_over_limit: bool = False


def compare(typed: PinText, source: str, now: datetime, *, is_proven: bool = False) -> Guess:
    """Look for the PIN in the current tenant. Not in a transaction: what is counted stays counted.

    `is_proven`: it came with a proof of work.
    """
    tenant = str(scope.current_id())
    taken = _take_places(source, tenant, now, is_proven)
    if not taken:
        _raise_alarm(tenant, source, now)
        return Guess(is_over_limit=True)
    pin = fitting(typed)
    if pin is not None:
        for limit, whom in taken:
            counters.give_back(limit, whom, taken_at=now)
    elif counters.full_until(limits.WRONG_BY_TENANT, tenant, now=now):
        _raise_alarm(tenant, source, now)
    return Guess(pin)


def fitting(typed: PinText) -> Pin | None:
    """The row whose secret this is. One hash, always."""
    pin = Pin.objects.filter(selector=typed.selector).first()
    if pin is None:
        hashing.waste()
        return None
    return pin if hashing.verify(typed.secret, pin.secret_hash) else None


def _take_places(source: str, tenant: str, now: datetime, is_proven: bool) -> list[tuple[Limit, str]]:
    """Which were taken, and of whom; none where nothing may be compared.

    The source first: whoever is over his own limit takes no place from his tenant.
    """
    if not counters.has_taken(limits.WRONG_BY_SOURCE, source, now=now):
        return []
    for limit in (limits.WRONG_BY_TENANT, *([limits.WRONG_WITH_PROOF] if is_proven else [])):
        if counters.has_taken(limit, tenant, now=now):
            return [(limits.WRONG_BY_SOURCE, source), (limit, tenant)]
    return []


def _raise_alarm(tenant: str, source: str, now: datetime) -> None:
    if counters.has_taken(limits.ALERTS_BY_TENANT, tenant, now=now):
        events.record("pins.guessed", at=now, actor="anonymous", source=source)
