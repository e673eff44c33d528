"""(b) Asking alone, as fast as it goes: python -m benchmarks.asking

Keyturn's worker is stopped, so that only what a request itself does is seen; what it did is durable, and the rows
are counted. The others send their mail while they answer, to the catcher beside them.
"""

import argparse
import statistics
import sys
from collections.abc import Iterator

from benchmarks.rig import options, report
from benchmarks.rig.people import addresses
from benchmarks.rig.web import press
from benchmarks.targets.bench import ALL, Bench


def main() -> None:
    """Measure, write, print."""
    wanted = options.read(
        __doc__,
        ALL,
        rounds=(5, "rounds of each target and class"),
        requests=(400, "requests in a round"),
        connections=(4, "kept connections"),
    )
    numbers = {database: _measure(wanted, database) for database in wanted.databases}
    report.publish("asking", {"measured": numbers}, _table(wanted, numbers))


def _measure(wanted: argparse.Namespace, database: str) -> dict[str, dict]:
    with Bench(database) as bench:
        askings = [Asking(bench, name, wanted) for name in wanted.targets]
        for asking in askings:
            asking.go("known", 100, counted=False)
            asking.go("unknown", 100, counted=False)
        for number in range(wanted.rounds):
            print(f"{database} round {number + 1} of {wanted.rounds}", file=sys.stderr)
            for kind in ("known", "unknown"):
                for asking in askings:
                    asking.go(kind, wanted.requests)
        return {asking.target.name: asking.summary() for asking in askings}


class Asking:
    """One target, people it knows and people it does not, and how fast it answered them."""

    def __init__(self, bench: Bench, name: str, wanted: argparse.Namespace):
        self._connections = wanted.connections
        count = wanted.rounds * wanted.requests + 100
        everybody = addresses(2 * count)
        self._people = {"known": iter(everybody[:count]), "unknown": iter(everybody[count:])}
        self._rates: dict[str, list[float]] = {"known": [], "unknown": []}
        self._cpu: dict[str, list[float]] = {"known": [], "unknown": []}
        self._answered = 0
        self.target = bench.start(name, everybody[:count], worker=False)

    def go(self, kind: str, count: int, *, counted: bool = True) -> None:
        """So many requests for people of this class; raises when one is answered otherwise than it should be."""
        requests = list(self._requests(kind, count))
        before = sum(self.target.cpu().values())
        load = press(self.target.port, iter(requests), connections=self._connections, seconds=120)
        spent = sum(self.target.cpu().values()) - before
        if load.statuses != {self.target.asked_status: count}:
            raise SystemExit(f"{self.target.title} answered {dict(load.statuses)} to {count} requests")
        self._answered += count
        if counted:
            self._rates[kind].append(load.rate())
            self._cpu[kind].append(spent / count)

    def summary(self) -> dict:
        """Medians for each class, and whether every answer has its row."""
        return {
            "rates": self._rates,
            "cpu_ms": {kind: statistics.median(values) for kind, values in self._cpu.items()},
            "rate": {kind: statistics.median(values) for kind, values in self._rates.items()},
            "answered": self._answered,
            "kept": self.target.kept(),
        }

    def _requests(self, kind: str, count: int) -> Iterator[bytes]:
        for _ in range(count):
            yield self.target.asking(next(self._people[kind]))


def _table(wanted: argparse.Namespace, numbers: dict[str, dict]) -> list[str]:
    head = [
        "",
        "known, per second",
        "unknown, per second",
        "known, CPU-ms",
        "unknown, CPU-ms",
        "answered",
        "rows kept",
    ]
    lines = []
    for database in wanted.databases:
        found = numbers[database]
        rows = [
            [
                ALL[name].title,
                *(f"{found[name]['rate'][kind]:.0f}" for kind in ("known", "unknown")),
                *(f"{found[name]['cpu_ms'][kind]:.2f}" for kind in ("known", "unknown")),
                found[name]["answered"],
                found[name]["kept"],
            ]
            for name in wanted.targets
        ]
        lines += [f"{database}, {wanted.connections} connections, medians of {wanted.rounds} rounds", ""]
        lines += [*report.table(head, rows), "", *_ratio(found)]
    return lines[:-1]


def _ratio(found: dict[str, dict]) -> list[str]:
    if "keyturn" not in found or len(found) < 2:
        return []
    words = []
    for kind in ("known", "unknown"):
        best = max(one["rate"][kind] for name, one in found.items() if name != "keyturn")
        words.append(f"{kind} {found['keyturn']['rate'][kind] / best:.1f}")
    return [f"Keyturn's rate by the best of the others' (aim: 2): {', '.join(words)}.", ""]


if __name__ == "__main__":
    main()
