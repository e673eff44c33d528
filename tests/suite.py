"""Runs the whole suite on SQLite and on PostgreSQL, side by side, and ends with what the runner said about both:
what failed and why, then the numbers. A log of which only the end is kept still says what to mend.

`make test` and `make proof` call it. A database or a program that is missing makes the run fail by name;
nothing passes because it did not run.
"""

import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from tests import cluster, machine, proof

ARTIFACTS = Path("artifacts")
SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
_PATIENCE = ["--timeout=0"] if proof.IS_FULL else []  # at full counts a test may take an hour
_GOING_ON = ["-p", "tests.going_on"]
# Parts that run side by side and begin in this order: the longest first; at the end what keeps a processor busy, so
# that nobody waits alone. Three, because those that start, await and kill processes wait for each other on a crowded
# machine. A folder not named here is in the rest: none is left out.
_REST = "rest"
_PARTS = {
    "browsers": ("tests/console", "tests/journeys", "tests/portal"),
    "mail": ("tests/outbox", "tests/monitoring"),
    "processes": ("tests/cli", "tests/demo", "tests/kills", "tests/properties"),
    _REST: (),
}
_AT_ONCE = 2 if proof.IS_FULL else 3  # at full counts most of it keeps a processor busy
_BEGAN = time.monotonic()
_SUMMARY = re.compile(r"\bin \d+(\.\d+)?s")
_SECTION = re.compile(r"=+ (?P<title>.+?) =+$")
_TOLD_AGAIN = ("ERRORS", "FAILURES", "warnings summary", "short test summary info")
_LONGEST_TALE = 200  # lines of what a part has to tell


@dataclass(frozen=True)
class Run:
    """What became of the suite, or a part of it, on one database. `seconds` after the suite began it was through."""

    database: str
    status: int
    summary: str
    seconds: float
    tale: tuple[str, ...] = ()  # what failed or was warned of, and why


@dataclass(frozen=True)
class Part:
    """What one process of the runner is given."""

    database: str
    name: str
    arguments: Sequence[str]


def main(arguments: list[str]) -> int:
    """The exit status: 0 only when everything ran and passed."""
    cluster.end_on_signals()
    ARTIFACTS.mkdir(exist_ok=True)
    proof.begin(arguments)
    missing = machine.prepare()
    both = zip(parts(POSTGRESQL, arguments), parts(SQLITE, arguments), strict=True)  # the longer of each pair first
    done = _all_of([part for pair in both for part in pair])
    runs = [
        together(database, [run for run in done if run.database == database]) for database in (SQLITE, POSTGRESQL)
    ]
    report = _report(runs, missing)
    (ARTIFACTS / "summary.txt").write_text(report, encoding="utf-8")
    print(report, flush=True)
    if proof.IS_FULL:
        proof.write(runs, arguments)
    return 1 if missing or any(run.status for run in runs) else 0


def parts(database: str, arguments: list[str]) -> list[Part]:
    """Several; one where only some tests are asked for; at full counts, which take an hour, one for each folder."""
    if arguments:
        return [Part(database, "", arguments)]
    named = [path for paths in _PARTS.values() for path in paths]
    rest = Part(database, _REST, [f"--ignore={path}" for path in named])
    if proof.IS_FULL:
        alone = [Part(database, path.removeprefix("tests/"), [path, *_GOING_ON]) for path in reversed(named)]
        return [*alone, replace(rest, arguments=[*rest.arguments, *_GOING_ON])]
    return [Part(database, name, paths) for name, paths in _PARTS.items() if paths] + [rest]


def together(database: str, runs: list[Run]) -> Run:
    """The parts of a database as one run: every number of theirs added up."""
    if len(runs) == 1:
        return runs[0]
    counts: Counter[str] = Counter()
    tale = tuple(line for run in runs for line in run.tale)
    for run in runs:
        if not _SUMMARY.search(run.summary):
            return Run(database, run.status or 1, run.summary, run.seconds, tale)
        for number, what in re.findall(r"(\d+) ([a-z]+)", run.summary):
            counts[what.removesuffix("s")] += int(number)
    seconds = max(run.seconds for run in runs)
    said = ", ".join(f"{number} {what}" for what, number in counts.items())
    return Run(database, max(run.status for run in runs), f"{said} in {seconds:.2f}s", seconds, tale)


def told(lines: Iterable[str]) -> tuple[str, ...]:
    """Of what the runner said, its sections on what failed or was warned of."""
    kept, title = [], ""
    for line in lines:
        heading = _SECTION.match(line)
        title = heading["title"] if heading else title
        kept += [line] if title in _TOLD_AGAIN else []
    return tuple(kept[:_LONGEST_TALE])


def _all_of(parts: list[Part]) -> list[Run]:
    """Side by side, in this order."""
    children: list[subprocess.Popen] = []
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as beside:
        begun = [beside.submit(_on_its_database, part, children) for part in parts]
        try:
            return [run.result() for run in begun]
        finally:  # told to stop: so are they, and then what they stand on
            beside.shutdown(wait=False, cancel_futures=True)
            for child in children:
                child.terminate()


def _on_its_database(part: Part, children: list[subprocess.Popen]) -> Run:
    if part.database == SQLITE:
        return _run(part, "", children)
    try:
        with cluster.running() as url:
            return _run(part, url, children)
    except (machine.Missing, RuntimeError) as problem:
        return Run(part.database, 1, f"COULD NOT RUN: {problem}", 0.0)


def _run(part: Part, url: str, children: list[subprocess.Popen]) -> Run:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("KEYTURN_")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # hundreds of processes would compile everything anew
    environment |= {"KEYTURN_PROOF": "1"} if proof.IS_FULL else {}
    environment |= {"KEYTURN_DATABASE_URL": url} if url else {}
    command = [sys.executable, "-m", "pytest", "--color=no", "-rfE", "--durations=15", *_PATIENCE, *part.arguments]
    child = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    children.append(child)
    said: list[str] = []
    name = f"{part.database} {part.name}".strip()
    with (ARTIFACTS / f"{name.lower().replace(' ', '-')}.log").open("w", encoding="utf-8") as log:
        for line in child.stdout:
            print(f"{name:>20} | {line}", end="", flush=True)
            log.write(line)
            said.append(line.rstrip("\n"))
    status = child.wait()
    last = next((line.strip("= ") for line in reversed(said) if _SUMMARY.search(line)), "")
    summary = last or "the runner ended without a summary"
    tale = tuple(f"{name} | {line}" for line in told(said))
    return Run(part.database, status, summary, time.monotonic() - _BEGAN, tale)


def _report(runs: list[Run], missing: list[machine.Program]) -> str:
    lines = [f"{run.database}: {run.summary}" for run in runs]
    lines += [
        f"MISSING: {program.name} ({program.used_for}); bring it with: sudo apt-get install {program.package}"
        for program in missing
    ]
    tale = "".join(f"{line}\n" for run in runs for line in run.tale)
    again = f"\n== what to mend ==\n{tale}" if tale else ""
    return again + "\n== what the runner said ==\n" + "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
