"""One way of checking mailboxes for some seconds: python -m benchmarks.rig.watching

Reads {"way": …, "seconds": n, "port": …, "is_tls": …} as JSON, writes checks, seconds, processor time and memory of
this process. It keeps to one core, where there are several.

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
from itertools import count, cycle

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


def watch(seconds: float, **_where: object) -> int:
    """The whole duty."""
    until = time.monotonic() + seconds
    with Watch() as watching:
        while time.monotonic() < until and watching.step():
            pass
        if watching.tally.refused or watching.tally.unreachable:
            raise SystemExit(f"not all were accepted: {watching.tally}")
        return watching.tally.done


def client(seconds: float, port: int, is_tls: bool) -> int:
    """As many at once as the watch has."""
    places = [Place(Protocol.IMAP, host, port, Tls.IMPLICIT if is_tls else Tls.NONE) for host in HOSTS]
    tasks = (Task(Mailbox(), 0, (place,), Login("mara", SECRET)) for place in cycle(places))
    checker, until, done = Checker(), time.monotonic() + seconds, 0
    checker.submit([next(tasks) for _ in range(AT_ONCE)])
    while time.monotonic() < until:
        ended = checker.collect(0.2, AT_ONCE // 2)
        if any(one.code is not Code.SIGNED_IN for one in ended):
            raise SystemExit(f"not all were accepted: {ended[0].code}")
        checker.submit([next(tasks) for _ in ended])
        done += len(ended)
    return done


def threads(seconds: float, port: int, is_tls: bool) -> int:
    """imaplib, with certificates checked."""
    context, hosts, numbers = ssl.create_default_context(), cycle(HOSTS), count()
    until = time.monotonic() + seconds

    def check() -> None:
        while time.monotonic() < until:
            host = next(hosts)
            made = imaplib.IMAP4_SSL(host, port, ssl_context=context) if is_tls else imaplib.IMAP4(host, port)
            made.login("mara", SECRET)
            made.logout()
            next(numbers)

    running = [threading.Thread(target=check) for _ in range(THREADS)]
    for one in running:
        one.start()
    for one in running:
        one.join()
    return next(numbers)


def handshakes(seconds: float, port: int, **_tls: object) -> int:
    """One after the other: waiting costs no processor time."""
    context, hosts, until, done = trust.context(), cycle(HOSTS), time.monotonic() + seconds, 0
    while time.monotonic() < until:
        host = next(hosts)
        with socket.create_connection((host, port)) as sock:
            context.wrap_socket(sock, server_hostname=host).close()
        done += 1
    return done


WAYS: dict[str, Callable[..., int]] = {
    "watch": watch,
    "client": client,
    "imaplib": threads,
    "handshakes": handshakes,
}


def main(way: str, **given: object) -> None:
    """Measure one way, and write what it took."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    begun, begun_cpu = time.monotonic(), time.process_time()
    done = WAYS[way](**given)
    told = {"done": done, "seconds": time.monotonic() - begun, "cpu": time.process_time() - begun_cpu}
    told["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(told), flush=True)
    os._exit(0)  # what is under way is left


if __name__ == "__main__":
    main(**json.load(sys.stdin))
