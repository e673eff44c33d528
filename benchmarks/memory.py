"""(d) Memory of web and worker over thousands of recoveries: python -m benchmarks.memory

The hash costs next to nothing here, so that what is left is Keyturn's own.
"""

import argparse
import sys

from benchmarks.rig import options, report
from benchmarks.rig.people import addresses
from benchmarks.rig.processes import resident_mb
from benchmarks.rig.web import Client
from benchmarks.targets.bench import CHEAP, Bench


def main() -> None:
    """Measure, write, print."""
    wanted = options.read(__doc__, recoveries=(5000, "how many"), every=(250, "recoveries between two samples"))
    numbers = {database: _measure(wanted, database) for database in wanted.databases}
    report.publish("memory", {"samples": numbers}, _table(wanted, numbers))


def _measure(wanted: argparse.Namespace, database: str) -> list[list[float]]:
    with Bench(database, CHEAP) as bench:
        people = addresses(wanted.recoveries)
        target = bench.start("keyturn", people)
        client, samples = Client(target.port), []
        for number, person in enumerate(people, 1):
            target.recover(client, bench.inbox, person)
            if number % wanted.every == 0 or number == 50:
                bench.inbox.forget()
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
