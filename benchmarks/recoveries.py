"""(a) What one whole recovery costs: ask, mail arrives, set the password, sign in. python -m benchmarks.recoveries

Every target is up at once, each with a database of its own, and they take turns in small rounds. Counted is the
processor time of all its processes, database included. It is done twice: with the real Argon2id parameters, from
which the measured cost of the hashes is taken away, and with a hash that costs nothing, which shows the rest itself.
"""

import argparse
import statistics
import sys
import time

from benchmarks.rig import options, report
from benchmarks.rig.people import addresses
from benchmarks.rig.web import Client
from benchmarks.targets.bench import ALL, CHEAP, REAL, Bench

_AIMS = {"sqlite": 12, "postgresql": 16}


def main() -> None:
    """Measure, write, print."""
    wanted = options.read(
        __doc__,
        ALL,
        rounds=(12, "rounds of each target"),
        each=(5, "recoveries in a round"),
        warm_up=(10, "recoveries before counting"),
    )
    numbers = {}
    for database in wanted.databases:
        for argon2 in (REAL, CHEAP):
            numbers[f"{database} {argon2}"] = _measure(wanted, database, argon2)
    report.publish("recoveries", {"measured": numbers}, _table(wanted, numbers))


def _measure(wanted: argparse.Namespace, database: str, argon2: str) -> dict[str, dict]:
    with Bench(database, argon2) as bench:
        walks = [Walk(bench, name, wanted.warm_up + wanted.rounds * wanted.each) for name in wanted.targets]
        for walk in walks:
            walk.go(wanted.warm_up, counted=False)
        for number in range(wanted.rounds):
            print(f"{database} {argon2} round {number + 1} of {wanted.rounds}", file=sys.stderr)
            for walk in walks:
                walk.go(wanted.each)
                if number % 3 == 0:
                    walk.hashes.append(walk.target.hash_ms())
        return {walk.target.name: walk.summary() for walk in walks}


class Walk:
    """One target, its people, and what their recoveries cost."""

    def __init__(self, bench: Bench, name: str, people: int):
        self._inbox = bench.inbox
        self._rounds: list[dict[str, float]] = []
        self._seconds: list[float] = []
        self.hashes: list[float] = []
        known = addresses(people)
        self._people = iter(known)
        self.target = bench.start(name, known)

    def go(self, count: int, *, counted: bool = True) -> None:
        """So many people, one after another; then wait until their last mail is out."""
        self._inbox.forget()
        client, before, mails = Client(self.target.port), self.target.cpu(), self._inbox.count
        seconds = []
        for _ in range(count):
            began = time.perf_counter()
            self.target.recover(client, self._inbox, next(self._people))
            seconds.append(time.perf_counter() - began)
        self._inbox.wait_for_count(mails + count * self.target.mails_a_recovery)
        client.close()
        self.target.check()
        after = self.target.cpu()
        if counted:
            self._rounds.append({part: (after[part] - before[part]) / count for part in after})
            self._seconds += seconds

    def summary(self) -> dict[str, float]:
        """Means over the rounds, in milliseconds, with the standard error of the whole."""
        means = {part: statistics.mean(one[part] for one in self._rounds) for part in self._rounds[0]}
        whole = [sum(one.values()) for one in self._rounds]
        hashing = statistics.median(self.hashes)
        return means | {
            "whole": statistics.mean(whole),
            "error": statistics.stdev(whole) / len(whole) ** 0.5 if len(whole) > 1 else 0.0,
            "hash": hashing,
            "beyond": statistics.mean(whole) - hashing * self.target.hashes_a_recovery,
            "wall_median": statistics.median(self._seconds) * 1000,
            "recoveries": len(self._seconds),
        }


def _table(wanted: argparse.Namespace, numbers: dict[str, dict]) -> list[str]:
    head = ["", "server", "worker", "database", "**whole**", "one hash", "**beyond two hashes**"]
    head += ["with a free hash", "median wait"]
    lines = []
    for database in wanted.databases:
        real, cheap = numbers[f"{database} {REAL}"], numbers[f"{database} {CHEAP}"]
        rows = []
        for name in wanted.targets:
            one, free = real[name], cheap[name]
            rows.append(
                [ALL[name].title]
                + [f"{one[part]:.1f}" for part in ("server", "worker", "database")]
                + [f"**{one['whole']:.1f}** ± {one['error']:.1f}", f"{one['hash']:.1f}", f"**{one['beyond']:.1f}**"]
                + [f"{free['whole']:.1f} ± {free['error']:.1f}", f"{one['wall_median']:.0f} ms"]
            )
        count = wanted.rounds * wanted.each
        lines += [
            f"{database}, {count} recoveries each, CPU-milliseconds of one (aim beyond: {_AIMS[database]}):",
            "",
        ]
        lines += [*report.table(head, rows), ""]
    return lines[:-1]


if __name__ == "__main__":
    main()
