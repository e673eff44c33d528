"""(d) Memory of web and worker over thousands of recoveries: python -m benchmarks.memory

The hash costs next to nothing here, so that what is left is Keyturn's own.
"""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks import targets
from benchmarks.rig import databases, report
from benchmarks.rig.inbox import Inbox
from benchmarks.rig.people import addresses
from benchmarks.rig.processes import resident_mb
from benchmarks.rig.web import Client
from benchmarks.targets import Setting


def main() -> None:
    """Measure, write, print."""
    wanted = _arguments()
    numbers = {database: _measure(wanted, database) for database in wanted.databases}
    report.publish("memory", {"samples": numbers}, _table(wanted, numbers))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recoveries", type=int, default=5000, help="how many (5000)")
    parser.add_argument("--every", type=int, default=250, help="recoveries between two samples (250)")
    parser.add_argument("--databases", nargs="+", choices=databases.KINDS, default=list(databases.KINDS))
    return parser.parse_args()


def _measure(wanted: argparse.Namespace, database: str) -> list[list[float]]:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder, ExitStack() as stack:
        inbox = Inbox()
        stack.callback(inbox.close)
        target = targets.make("keyturn", Path(folder), Setting(database, inbox.smtp_port, "1,8,1"))
        stack.callback(target.stop)
        people = addresses(wanted.recoveries)
        target.load(people)
        target.database.settle()
        target.start()
        client, samples = Client(target.port), []
        for number, person in enumerate(people, 1):
            target.recover(client, inbox, person)
            if number % wanted.every == 0 or number == 50:
                inbox.forget()
                samples.append([number, resident_mb(target.server.pid), resident_mb(target.worker.pid)])
                print(f"{database} {samples[-1]}", file=sys.stderr)
        return samples


def _table(wanted: argparse.Namespace, numbers: dict[str, list[list[float]]]) -> list[str]:
    lines = []
    for database in wanted.databases:
        samples = numbers[database]
        chosen = sorted({0, len(samples) // 4, len(samples) // 2, 3 * len(samples) // 4, len(samples) - 1})
        head = [f"{database}, MB after", *(f"{samples[one][0]:.0f}" for one in chosen)]
        rows = [
            [part, *(f"{samples[one][column]:.1f}" for one in chosen)]
            for column, part in enumerate(("web", "worker"), 1)
        ]
        lines += [*report.table(head, rows), "", *_growth(samples), ""]
    return lines[:-1]


def _growth(samples: list[list[float]]) -> list[str]:
    late = samples[len(samples) // 2 :]
    if len(late) < 2:
        return []
    told = []
    for column, part in enumerate(("web", "worker"), 1):
        told.append(f"{part} {(late[-1][column] - late[0][column]) * 1000 / (late[-1][0] - late[0][0]):+.2f} MB")
    return [f"Growth over the second half, for each thousand recoveries: {', '.join(told)}."]


if __name__ == "__main__":
    main()
