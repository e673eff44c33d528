"""A delivering worker that dies as if the power went: kill -9 by itself, at the n-th named point it reaches.

    python -m tests.outbox.doomed N [careless]      N = 0: never; works until its standard input is closed

`careless`, for the negative control, claims without a condition: it looks, and writes afterwards. The product has
no switch for either; both are put in here.
"""

import os
import signal
import sys
import threading
import time
from pathlib import Path

os.environ["KEYTURN_PROCESS"] = "worker"
os.environ["DJANGO_SETTINGS_MODULE"] = "keyturn.settings"

import django

django.setup()

from django.db import connection  # noqa: E402 -- the settings come first

from keyturn.lib import leases, points, worker  # noqa: E402
from keyturn.outbox import deliver  # noqa: E402


def dying_at(number: int):
    """What takes the place of `points.reach`: the n-th point reached is the last."""
    left = iter(range(number - 1, -1, -1))
    turn = threading.Lock()

    def reach(name: str) -> None:
        with turn:
            if next(left, 1) == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return reach


def careless_claim(model, *, now, lease):
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


def main(number: int) -> None:
    """Deliver until standard input is closed, or until the point to die at."""
    points.reach = dying_at(number)
    engine = worker.Engine([worker.Duty("deliver", deliver.step)])
    engine.start()
    sys.stdin.read()
    engine.stop()
    engine.join()


if __name__ == "__main__":
    if "careless" in sys.argv:
        leases.claim = careless_claim
        meet()
    main(int(sys.argv[1]))
