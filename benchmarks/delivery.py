"""(c) Delivery: how fast one worker hands messages over, beside a bare SMTP loop. python -m benchmarks.delivery

People ask while nothing is delivered; then a worker with nothing but the delivery duty hands over what waits, and
right after it smtplib sends the very same bytes on one connection. Pairs of the two alternate.
"""

import argparse
import smtplib
import statistics
import sys
import time

from benchmarks.rig import options, report
from benchmarks.rig.inbox import Inbox, Mail
from benchmarks.rig.people import addresses
from benchmarks.rig.processes import cpu_ms
from benchmarks.rig.web import press
from benchmarks.targets.bench import Bench
from benchmarks.targets.keyturn import Keyturn


def main() -> None:
    """Measure, write, print."""
    wanted = options.read(__doc__, rounds=(5, "pairs"), messages=(300, "messages in a pair"))
    numbers = {database: _measure(wanted, database) for database in wanted.databases}
    report.publish("delivery", {"measured": numbers}, _table(wanted, numbers))


def _measure(wanted: argparse.Namespace, database: str) -> list[dict[str, float]]:
    with Bench(database) as bench:
        people, pairs = addresses(wanted.rounds * wanted.messages), []
        target = bench.start("keyturn", people, worker=False)
        for number in range(wanted.rounds):
            print(f"{database} pair {number + 1} of {wanted.rounds}", file=sys.stderr)
            some = people[number * wanted.messages : (number + 1) * wanted.messages]
            pairs.append(_pair(target, bench.inbox, some))
        return pairs


def _pair(target: Keyturn, inbox: Inbox, people: list[str]) -> dict[str, float]:
    press(target.port, (target.asking(one) for one in people), connections=4, seconds=120)
    expected = target.database.count("outbox_message") + len(people)
    target.start_worker("--only", "resolve")
    while target.database.count("outbox_message") < expected:
        target.check()
        time.sleep(0.1)
    target.stop_worker()
    target.start_worker("--only", "deliver")
    mails = inbox.gather(1)
    before, moment = cpu_ms(target.worker.pid), mails[0].at
    mails += inbox.gather(len(people) - 1)
    worker_cpu = (cpu_ms(target.worker.pid) - before) / (len(people) - 1)
    worker_rate = (len(people) - 1) / (mails[-1].at - moment)
    target.stop_worker()
    bare_rate, bare_cpu = _bare(inbox, mails)
    return {
        "worker_rate": worker_rate,
        "worker_cpu_ms": worker_cpu,
        "bare_rate": bare_rate,
        "bare_cpu_ms": bare_cpu,
        "ratio": worker_rate / bare_rate,
        "bytes": statistics.mean(len(mail.data) for mail in mails),
    }


def _bare(inbox: Inbox, mails: list[Mail]) -> tuple[float, float]:
    began_cpu = time.process_time()
    with smtplib.SMTP("127.0.0.1", inbox.smtp_port, timeout=10) as server:
        for mail in mails:
            server.sendmail("help@movers.example", [mail.to], mail.data)
    cpu = (time.process_time() - began_cpu) * 1000 / len(mails)
    echoed = inbox.gather(len(mails))
    return (len(mails) - 1) / (echoed[-1].at - echoed[0].at), cpu


def _table(wanted: argparse.Namespace, numbers: dict[str, list[dict]]) -> list[str]:
    head = ["", "Keyturn's worker, messages a second", "bare loop", "ratio", "worker, CPU-ms", "bare loop, CPU-ms"]
    keys = ("worker_rate", "bare_rate", "ratio", "worker_cpu_ms", "bare_cpu_ms")
    forms = ("{:.0f}", "{:.0f}", "**{:.2f}**", "{:.2f}", "{:.2f}")
    rows = []
    for database in wanted.databases:
        medians = [statistics.median(pair[key] for pair in numbers[database]) for key in keys]
        rows.append([database, *(form.format(value) for form, value in zip(forms, medians, strict=True))])
    size = statistics.mean(pair["bytes"] for pairs in numbers.values() for pair in pairs)
    told = f"Medians of {wanted.rounds} pairs of {wanted.messages} messages, {size / 1000:.1f} kB each."
    return [*report.table(head, rows), "", told]


if __name__ == "__main__":
    main()
