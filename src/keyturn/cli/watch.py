"""`keyturn watch --once`: every mailbox that is due now is checked, with a line that grows, and then it ends."""

import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from keyturn.lib import clock
from keyturn.monitoring.models import Mailbox
from keyturn.monitoring.watch import Watch
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

_PUT_OFF = timedelta(seconds=30)  # who found no place comes again within; then more of them, as long as there are any
_PAUSE = 0.5  # seconds between two lines


def run(_given: Namespace) -> int:
    """Check what is due; the last line stays. Whatever is due again before a long sweep ends is not waited for."""
    begun, began = clock.now(), time.monotonic()
    due = sum(found.count() for found in _waiting(begun, begun))
    with Watch() as watch:
        while any(found.exists() for found in _waiting(clock.now() + _PUT_OFF, begun)):
            _work(watch, until=time.monotonic() + _PAUSE)
            if sys.stderr.isatty():
                print(f"\r{_told(watch, due, time.monotonic() - began)}", end="", file=sys.stderr)
        if sys.stderr.isatty():
            print(file=sys.stderr)
        print(_told(watch, due, time.monotonic() - began))
    return 0


def _work(watch: Watch, until: float) -> None:
    while time.monotonic() < until:
        if not watch.step():
            time.sleep(0.1)
            return


def _waiting(by: datetime, since: datetime) -> Iterator[QuerySet[Mailbox]]:
    """Those of each tenant that are due by then and were not checked since."""
    unchecked = Q(checked_at=None) | Q(checked_at__lt=since)
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        with scope.inside(tenant_id):
            yield Mailbox.objects.filter(unchecked, due_at__lte=by)


def _told(watch: Watch, due: int, seconds: float) -> str:
    tally = watch.tally
    speed = tally.done / seconds if seconds else 0.0
    left = f", {max(0, due - tally.done) / speed:.0f} s left" if speed and tally.done < due else ""
    return (
        f"{tally.done}/{due} checked: {tally.refused} refused, {tally.unreachable} unreachable,"
        f" {speed:.1f} per second{left}"
    )
