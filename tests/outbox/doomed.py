"""A delivering worker that dies as if the power went: kill -9 by itself, with all the senders that a worker has.

    python -m tests.outbox.doomed DEATH [alone | careless | hasty | brisk [greedy]]

It works until its standard input is closed.

DEATH is 0: never; N: at the N-th named point that it reaches; the name of a point: there; or `crowded`: when two
senders have handed over and written nothing down, or one has and waited for another in vain. A `brisk` worker's turns
are short, one that is `alone` has one sender. For the negative controls, `careless` claims without a condition: it
looks, and writes afterwards; `hasty` has senders that do not wait for their turn, and of a `greedy` one an
organization may hold all. The product has no switch for any of it; all is put in here.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

os.environ["KEYTURN_PROCESS"] = "worker"
os.environ["DJANGO_SETTINGS_MODULE"] = "keyturn.settings"

import django

django.setup()

from django.db import connection  # noqa: E402 -- the settings come first

from keyturn.lib import leases, points, worker  # noqa: E402
from keyturn.outbox import deliver, turns  # noqa: E402

# seconds for which a sender waits for a second one where both would be too many; the hasty always come
COMPANY = 60.0 if "hasty" in sys.argv else 1.0


def dying(death: str) -> Callable[[str], None]:
    """What takes the place of `points.reach`."""
    if death == "crowded":
        return dying_crowded
    return dying_at(int(death)) if death.isdecimal() else dying_in(death)


def dying_at(number: int) -> Callable[[str], None]:
    """The n-th point reached is the last."""
    left = iter(range(number - 1, -1, -1))
    lock = threading.Lock()

    def reach(name: str) -> None:
        with lock:
            if next(left, 1) == 0:
                die()

    return reach


def dying_in(place: str) -> Callable[[str], None]:
    """Whoever reaches the point of this name takes the process along."""
    return lambda name: die() if name == place else None


def dying_crowded(name: str) -> None:
    """The process dies with as many messages in doubt as there can be."""
    if name == "deliver.after_send":
        try:
            crowd.wait(COMPANY)
        except threading.BrokenBarrierError:
            pass
        die()


def die() -> None:
    """As if the power went."""
    os.kill(os.getpid(), signal.SIGKILL)


crowd = threading.Barrier(2)


def careless_claim(model, *, now, lease, but_not):
    """Two statements, and room between them for another worker; every fence is the same."""
    due = "SELECT id, tenant_id, attempts FROM outbox_message WHERE due_at <= %s ORDER BY due_at LIMIT 1"
    with connection.cursor() as cursor:
        cursor.execute(due, [connection.ops.adapt_datetimefield_value(now)])
        if (row := cursor.fetchone()) is None:
            return None
        cursor.execute("UPDATE outbox_message SET fence = 1 WHERE id = %s", [row[0]])
    return leases.Claim(leases.uuid_of(row[0]), leases.uuid_of(row[1]), 1, row[2] + 1)


def meet() -> None:
    """Wait until two careless workers are here, or the first has done all the work before the second has started."""
    connection.ensure_connection()  # the first one takes its time, in which the other would have done the work
    connection.close()
    here = Path(os.environ["KEYTURN_DATA"])
    (here / f"careless-{os.getpid()}").touch()
    until = time.monotonic() + 30
    while len(list(here.glob("careless-*"))) < 2 and time.monotonic() < until:
        time.sleep(0.01)


def main(death: str) -> None:
    """Deliver until standard input is closed, or until the point to die at."""
    turns.HANDING_OVER.patience = 0.2 if "brisk" in sys.argv else 60  # a busy machine is no slow mail server
    points.reach = dying(death)
    threads = 1 if "alone" in sys.argv else deliver.senders()
    engine = worker.Engine([worker.Duty("deliver", deliver.step, threads=threads)])
    engine.start()
    sys.stdin.read()
    engine.stop()
    engine.join()


if __name__ == "__main__":
    if "careless" in sys.argv:
        leases.claim = careless_claim
        meet()
    if "hasty" in sys.argv:
        turns.HANDING_OVER.taken = lambda *_: nullcontext()
    if "greedy" in sys.argv:
        turns.Turns._held = lambda *_: []
    main(sys.argv[1])
