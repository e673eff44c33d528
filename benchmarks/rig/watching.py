"""One way of checking mailboxes for some seconds: python -m benchmarks.rig.watching

Reads {"way": …, "seconds": n, "port": …, "is_tls": …} as JSON, writes checks, seconds, processor time and memory of
this process. It keeps to one core, where there are several, and its first seconds do not count.

    watch       the worker's duty: claims, opens, signs in and out, writes down; in the database of the environment
    client      the same sign-ins without a database
    imaplib     Python's own client in threads
    handshakes  connecting and shaking hands by TLS, and nothing else
"""

import imaplib
import json
import os
import resource
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable
from itertools import cycle

import django

django.setup()

from benchmarks.rig.mailboxes import SECRET  # noqa: E402 -- the settings come first
from benchmarks.rig.mailserver import HOSTS  # noqa: E402
from keyturn.lib import trust  # noqa: E402
from keyturn.monitoring.checking import Checker, Task  # noqa: E402
from keyturn.monitoring.core.admission import Limits  # noqa: E402
from keyturn.monitoring.core.verdict import Code  # noqa: E402
from keyturn.monitoring.mailbox.place import Login, Place, Protocol, Tls  # noqa: E402
from keyturn.monitoring.models import Mailbox  # noqa: E402
from keyturn.monitoring.watch import Watch  # noqa: E402

AT_ONCE = Limits().at_once
THREADS = 200
WARMING = 3  # seconds


class Meter:
    """Counts what is done within some seconds, and the processor time of it."""

    def __init__(self, seconds: float):
        self._begins = time.monotonic() + WARMING
        self._ends = self._begins + seconds
        self._lock = threading.Lock()
        self._done, self._base = 0, (0.0, 0.0)

    def is_running(self, done: int = 0) -> bool:
        """So many more are done; whether to go on."""
        now = time.monotonic()
        with self._lock:
            self._done += done
            if now >= self._begins and not any(self._base):
                self._done, self._base = 0, (now, time.process_time())
        return now < self._ends

    def told(self) -> dict[str, float]:
        """What was counted, until now."""
        begun, begun_cpu = self._base
        told = {"done": self._done, "seconds": time.monotonic() - begun, "cpu": time.process_time() - begun_cpu}
        return told | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def watch(meter: Meter, **_where: object) -> None:
    """The whole duty."""
    with Watch() as watching:
        before = 0
        while meter.is_running(watching.tally.done - before):
            before = watching.tally.done
            if not watching.step() or watching.tally.refused or watching.tally.unreachable:
                raise SystemExit(f"nothing is due any more, or not all were accepted: {watching.tally}")


def client(meter: Meter, port: int, is_tls: bool) -> None:
    """As many at once as the watch has."""
    places = [Place(Protocol.IMAP, host, port, Tls.IMPLICIT if is_tls else Tls.NONE) for host in HOSTS]
    tasks = (Task(Mailbox(), 0, (place,), Login("mara", SECRET)) for place in cycle(places))
    checker, ended = Checker(), []
    checker.submit([next(tasks) for _ in range(AT_ONCE)])
    while meter.is_running(len(ended)):
        ended = checker.collect(0.2, AT_ONCE // 2)
        if any(one.code is not Code.SIGNED_IN for one in ended):
            raise SystemExit(f"not all were accepted: {ended[0].code}")
        checker.submit([next(tasks) for _ in ended])


def threads(meter: Meter, port: int, is_tls: bool) -> None:
    """imaplib, with certificates checked."""
    context, hosts = ssl.create_default_context(), cycle(HOSTS)

    def check() -> None:
        done = 0
        while meter.is_running(done):
            host = next(hosts)
            made = imaplib.IMAP4_SSL(host, port, ssl_context=context) if is_tls else imaplib.IMAP4(host, port)
            made.login("mara", SECRET)
            made.logout()
            done = 1

    running = [threading.Thread(target=check) for _ in range(THREADS)]
    for one in running:
        one.start()
    for one in running:
        one.join()


def handshakes(meter: Meter, port: int, **_tls: object) -> None:
    """One after the other: waiting costs no processor time."""
    context, hosts, done = trust.context(), cycle(HOSTS), 0
    while meter.is_running(done):
        host, done = next(hosts), 1
        with socket.create_connection((host, port)) as sock:
            context.wrap_socket(sock, server_hostname=host).close()


WAYS: dict[str, Callable[..., None]] = {
    "watch": watch,
    "client": client,
    "imaplib": threads,
    "handshakes": handshakes,
}


def main(way: str, seconds: float, **given: object) -> None:
    """Measure one way, and write what it took."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    meter = Meter(seconds)
    WAYS[way](meter, **given)
    print(json.dumps(meter.told()), flush=True)
    os._exit(0)  # what is under way is left


if __name__ == "__main__":
    main(**json.load(sys.stdin))
