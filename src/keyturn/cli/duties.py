"""What a worker does, composed from the rooms: here, on the top floor, all of them meet."""

import time
from collections.abc import Callable, Sequence

from django.db import connection

from keyturn.audit import chain
from keyturn.audit import watch as chain_watch
from keyturn.cli import purge
from keyturn.enrollment import imports
from keyturn.lib.worker import Duty
from keyturn.outbox import deliver, trying
from keyturn.passwords import leaked
from keyturn.recovery import follow_up, preview, resolve, tally

RESOLVE, DELIVER, WATCH = "resolve", "deliver", "watch"


def chosen(only: Sequence[str] = ()) -> list[Duty]:
    """The duties of the named groups, or all. Tidying up goes with `resolve`, so that some worker does it."""
    groups = _groups()
    return [duty for name in (only or groups) for duty in groups[name]]


def _groups() -> dict[str, list[Duty]]:
    return {
        RESOLVE: [
            Duty("resolve", resolve.step),
            Duty("follow_up", _paced(follow_up.step, 0.5)),
            Duty("ranges", leaked.step),
            Duty("import", imports.step),
            Duty("preview", preview.step),
            Duty("chain", _paced(chain.step, 2.0)),
            Duty("chain_watch", _paced(chain_watch.step, 10.0)),
            Duty("tally", _paced(tally.step, 30.0)),
            Duty("purge", _paced(purge.step, 60.0)),
        ],
        DELIVER: [
            Duty("deliver", deliver.step, threads=_senders()),
            Duty("try", trying.step, threads=2),  # one may wait for a firewall while somebody else's runs
        ],
        WATCH: [],  # mailboxes are watched from a later version on
    }


def _paced(step: Callable[[], bool], seconds: float) -> Callable[[], bool]:
    """A step that looks at most so often however often the worker is woken, unless there was more to do."""
    next_at = 0.0

    def paced() -> bool:
        nonlocal next_at
        if time.monotonic() < next_at:
            return False
        if more := step():
            return more
        next_at = time.monotonic() + seconds
        return False

    return paced


def _senders() -> int:
    return 4 if connection.vendor == "postgresql" else 2  # SQLite has one writer; more would only queue
