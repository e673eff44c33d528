"""(e) Whether the time of one answer tells if somebody is known: python -m benchmarks.privacy

Every request names somebody for the first time. Known and unknown come in random order on one kept connection, with
the worker at work. On a random half of the times a threshold and a ten-bin table are trained, each told the truth;
the better of the two on that half is then asked about the other half. Beside it the same with two classes that are
both unknown, which can come out at nothing but chance, and stock Django, for scale.
"""

import bisect
import random
import statistics
import sys
import time
from collections.abc import Callable

from benchmarks.rig import options, report
from benchmarks.rig.people import addresses
from benchmarks.rig.web import Client
from benchmarks.targets.base import Target
from benchmarks.targets.bench import ALL, Bench

Sample = tuple[float, bool]  # milliseconds, of the first class or not


def main() -> None:
    """Measure, write, print."""
    wanted = options.read(
        __doc__,
        each=(2000, "requests of each class; proof: 20000"),
        scale=(1000, "at most so many for stock Django"),
    )
    numbers = {}
    for database in wanted.databases:
        numbers[f"keyturn {database}"] = _measure("keyturn", database, wanted.each)
        numbers[f"plain {database}"] = _measure("plain", database, min(wanted.each, wanted.scale))
    report.publish("privacy", {"measured": numbers}, _table(numbers))


def _measure(name: str, database: str, each: int) -> dict[str, float]:
    with Bench(database) as bench:
        everybody = addresses(4 * each + 100)
        known, unknown = everybody[:each], everybody[each:]
        target = bench.start(name, known)
        client = Client(target.port)
        for one in unknown[3 * each :]:  # the first requests are slow for everybody
            client.send(target.asking(one), target.asked_status)
        classes = {"known": known, "unknown": unknown[:each], "first": unknown[each : 2 * each]}
        classes["second"] = unknown[2 * each : 3 * each]
        times = _ask(target, client, classes)
        bench.inbox.forget()
        pair = [(moment, True) for moment in times["known"]] + [(moment, False) for moment in times["unknown"]]
        control = [(moment, True) for moment in times["first"]] + [(moment, False) for moment in times["second"]]
        return {
            "each": each,
            "median_known": statistics.median(times["known"]),
            "median_unknown": statistics.median(times["unknown"]),
            "accuracy": accuracy(pair),
            "control": accuracy(control),
        }


def _ask(target: Target, client: Client, classes: dict[str, list[str]]) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in classes}
    order = [(name, target.asking(one)) for name, people in classes.items() for one in people]
    random.shuffle(order)
    for number, (name, data) in enumerate(order):
        if number % 1000 == 0:
            print(f"{target.title} {number} of {len(order)}", file=sys.stderr)
        began = time.perf_counter()
        received = client.exchange(data)
        times[name].append((time.perf_counter() - began) * 1000)
        if int(received[9:12]) != target.asked_status:
            raise SystemExit(f"{target.title} answered {received[:200]!r}")
    return times


def accuracy(samples: list[Sample]) -> float:
    """Share of right guesses on the half that was not trained on."""
    random.shuffle(samples)
    half = len(samples) // 2
    training, testing = samples[:half], samples[half:]
    guess = max((_threshold(training), _bins(training)), key=lambda one: _right(one, training))
    return _right(guess, testing)


def _right(guess: Callable[[float], bool], samples: list[Sample]) -> float:
    return sum(guess(moment) is truth for moment, truth in samples) / len(samples)


def _threshold(samples: list[Sample]) -> Callable[[float], bool]:
    ordered = sorted(samples)
    firsts = sum(truth for _, truth in ordered)
    seen = best = 0
    limit, above = 0.0, True
    for number, (moment, truth) in enumerate(ordered, 1):
        seen += truth
        right_above = (number - seen) + (firsts - seen)  # the second class below, the first above
        for right, side in ((right_above, True), (len(ordered) - right_above, False)):
            if right > best:
                best, limit, above = right, moment, side
    return lambda moment: (moment > limit) is above


def _bins(samples: list[Sample]) -> Callable[[float], bool]:
    ordered = sorted(moment for moment, _ in samples)
    edges = [ordered[len(ordered) * part // 10] for part in range(1, 10)]
    balance = [0] * 10
    for moment, truth in samples:
        balance[bisect.bisect(edges, moment)] += 1 if truth else -1
    return lambda moment: balance[bisect.bisect(edges, moment)] > 0


def _table(numbers: dict[str, dict[str, float]]) -> list[str]:
    head = ["", "of each class", "median known", "median unknown", "**right guesses**", "control", "chance ±"]
    rows = []
    for name, found in numbers.items():
        rows.append(
            [
                f"{ALL[name.split()[0]].title}, {name.split()[1]}",
                found["each"],
                f"{found['median_known']:.2f} ms",
                f"{found['median_unknown']:.2f} ms",
                f"**{found['accuracy']:.1%}**",
                f"{found['control']:.1%}",
                f"{0.98 / found['each'] ** 0.5:.1%}",  # 1.96 standard errors of guessing at half the samples
            ]
        )
    return report.table(head, rows)


if __name__ == "__main__":
    main()
