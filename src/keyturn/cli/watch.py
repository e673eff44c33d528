"""`keyturn watch --once`: every mailbox that is due now is checked, with a line that grows, and then it ends."""

import sys
import time
from argparse import Namespace
from datetime import datetime, timedelta

from keyturn.lib import clock
from keyturn.monitoring.models import Mailbox
from keyturn.monitoring.watch import Watch
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

_PUT_OFF_AT_MOST = timedelta(seconds=30)
_LEAST_PAUSE = 0.5  # seconds between two lines


def run(_given: Namespace) -> int:
    """Check what is due; the last line stays."""
    watch, due, began = Watch(), _due(clock.now()), time.monotonic()
    drawn_at = 0.0
    try:
        while watch.step() or _waits():
            if time.monotonic() - drawn_at >= _LEAST_PAUSE and sys.stderr.isatty():
                drawn_at = time.monotonic()
                print(f"\r{_told(watch, due, drawn_at - began)}", end="", file=sys.stderr)
    finally:
        watch.end()
    if drawn_at:
        print(file=sys.stderr)
    print(_told(watch, due, time.monotonic() - began))
    return 0


def _waits() -> bool:
    """Whether some were put off for a moment, because their host had no place; then a moment has passed."""
    if not _due(clock.now() + _PUT_OFF_AT_MOST):
        return False
    time.sleep(1)
    return True


def _due(by: datetime) -> int:
    """How many are due by then, in all tenants."""
    count = 0
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        with scope.inside(tenant_id):
            count += Mailbox.objects.filter(due_at__lte=by).count()
    return count


def _told(watch: Watch, due: int, seconds: float) -> str:
    tally = watch.tally
    speed = tally.done / seconds if seconds else 0.0
    left = f", {max(0, due - tally.done) / speed:.0f} s left" if speed and tally.done < due else ""
    return (
        f"{tally.done}/{due} checked: {tally.refused} refused, {tally.unreachable} unreachable,"
        f" {speed:.1f} per second{left}"
    )
