"""(i) The watch: checks of mailboxes a second and core, beside imaplib and bare TLS. python -m benchmarks.watch

A mail server in another process answers each word after 100 ms. In turns and each in a process of its own that keeps
to one core: the worker's duty over 100,000 mailboxes in a database, its client without a database, imaplib in
threads, and handshakes alone, which no client can go below. Mail server and database have the other core.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.rig import certificates, databases, options, report
from benchmarks.rig.processes import REPOSITORY, python, run

AIM = 1_000_000 / (30 * 60)  # checks a second: a million mailboxes in half an hour
AIM_MB = 300
DELAY = 100  # milliseconds
_KEYTURN = ("-c", "from keyturn.cli.main import main; main()")
_WAYS = {
    "watch": "Keyturn's watch, {}",
    "client": "its client alone",
    "imaplib": "`imaplib`, 200 threads",
    "handshakes": "connecting and handshake alone",
}


def main() -> None:
    """Measure, write, print."""
    wanted = options.read(
        __doc__,
        rounds=(3, "times that each way is measured"),
        seconds=(20, "that each takes"),
        mailboxes=(100_000, "mailboxes of each kind in each database"),
    )
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmark-")))
        certificates.make(folder)
        _leave_a_core()
        ports = {
            "plain": stack.enter_context(_serving()),
            "tls": stack.enter_context(_serving(str(folder / certificates.SERVER))),
        }
        measured = _measure(wanted, _prepared(stack, wanted, folder, ports), ports)
    report.publish("watch", {"wanted": vars(wanted), "measured": measured}, _table(wanted, measured))


def _leave_a_core() -> None:
    """To what is measured: it takes the first; this process and all that it starts have the others."""
    first, *others = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, others or [first])


@contextmanager
def _serving(*certificate: str) -> Iterator[int]:
    command = python("-m", "benchmarks.rig.mailserver", str(DELAY), *certificate)
    server = subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield int(server.stdout.readline())
    finally:
        server.stdin.close()
        server.wait(10)


def _prepared(
    stack: ExitStack, wanted: argparse.Namespace, folder: Path, ports: dict[str, int]
) -> dict[tuple[str, str], dict[str, str]]:
    """The surroundings for each kind of connection and database, with its mailboxes."""
    prepared = {}
    for kind, port in ports.items():
        for database in wanted.databases:
            print(f"{database}, {kind}: {wanted.mailboxes:,} mailboxes", file=sys.stderr)
            here = folder / f"{database}-{kind}"
            here.mkdir()
            made = databases.make(database, here)
            stack.callback(made.stop)
            prepared[kind, database] = _environment(folder, here, made.url)
            run(python(*_KEYTURN, "migrate"), prepared[kind, database])
            given = {"mailboxes": wanted.mailboxes, "port": port, "is_tls": kind == "tls"}
            run(python("-m", "benchmarks.rig.mailboxes"), prepared[kind, database], text=json.dumps(given))
            made.settle()
    return prepared


def _environment(folder: Path, here: Path, url: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "keyturn.settings",
        "KEYTURN_DATA": str(here),
        "KEYTURN_DATABASE_URL": url,
        "KEYTURN_EGRESS_ALLOW": "127.0.0.0/8",
        "KEYTURN_ARGON2": "1,8,1",
        "KEYTURN_LOG_LEVEL": "ERROR",
        "KEYTURN_PROCESS": "worker",
        "SSL_CERT_FILE": str(folder / certificates.AUTHORITY),
    }


def _measure(
    wanted: argparse.Namespace, prepared: dict[tuple[str, str], dict[str, str]], ports: dict[str, int]
) -> dict[str, dict[str, list[dict]]]:
    """By kind of connection and way, a measurement for each round."""
    ways = [*(f"watch {database}" for database in wanted.databases), "client", "imaplib"]
    by_kind = {"plain": ways, "tls": [*ways, "handshakes"]}
    measured: dict[str, dict[str, list[dict]]] = {kind: {way: [] for way in by_kind[kind]} for kind in ports}
    for number in range(wanted.rounds):
        print(f"round {number + 1} of {wanted.rounds}", file=sys.stderr)
        for kind, way in ((one, way) for one in ports for way in by_kind[one]):
            name, _blank, database = way.partition(" ")
            environment = prepared[kind, database or wanted.databases[0]]
            given = {"way": name, "seconds": wanted.seconds, "port": ports[kind], "is_tls": kind == "tls"}
            told = run(python("-m", "benchmarks.rig.watching"), environment, text=json.dumps(given))
            measured[kind][way].append(json.loads(told.splitlines()[-1]))
            print(kind, way, measured[kind][way][-1], file=sys.stderr)
    return measured


def _table(wanted: argparse.Namespace, measured: dict[str, dict[str, list[dict]]]) -> list[str]:
    head = ["", "checks a second", "CPU-ms of one", "a second and core", "MB at most"]
    lines = []
    for kind, ways in measured.items():
        head[0] = {"plain": "without TLS", "tls": "TLS 1.3, P-256"}[kind]
        lines += [*report.table(head, [_row(way, rounds) for way, rounds in ways.items()]), ""]
    told = (
        f"Medians of {wanted.rounds} rounds of {wanted.seconds} seconds, in turns; {wanted.mailboxes:,} mailboxes of"
        f" each kind at 40 hosts in each database, answers after {DELAY} ms. Aim: {AIM:.0f} checks a second, which is"
        f" a million mailboxes in 30 minutes, by one core of two, and {AIM_MB} MB at most."
    )
    return [*lines, told]


def _row(way: str, rounds: list[dict]) -> list[str]:
    name, _blank, database = way.partition(" ")
    rate = statistics.median(one["done"] / one["seconds"] for one in rounds)
    cost = statistics.median(one["cpu"] * 1000 / max(1, one["done"]) for one in rounds)
    peak = max(one["peak_mb"] for one in rounds)
    return [_WAYS[name].format(database), f"{rate:.0f}", f"{cost:.2f}", f"**{1000 / cost:.0f}**", f"{peak:.0f}"]


if __name__ == "__main__":
    main()
