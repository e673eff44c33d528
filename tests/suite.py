"""Runs the whole suite on SQLite and on PostgreSQL, side by side, and ends with what the runner said about both.

`make test` and `make proof` call it. A database or a program that is missing makes the run fail by name;
nothing passes because it did not run.
"""

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests import cluster, machine, proof

ARTIFACTS = Path("artifacts")
_PATIENCE = ["--timeout=0"] if proof.IS_FULL else []  # at full counts a test may take an hour


@dataclass(frozen=True)
class Run:
    """What became of the suite on one database."""

    database: str
    status: int
    summary: str
    seconds: float


def main(arguments: list[str]) -> int:
    """The exit status: 0 only when everything ran and passed."""
    cluster.end_on_signals()
    ARTIFACTS.mkdir(exist_ok=True)
    proof.begin(arguments)
    missing = machine.prepare()
    runs = _both(arguments)
    report = _report(runs, missing)
    (ARTIFACTS / "summary.txt").write_text(report, encoding="utf-8")
    print(report, flush=True)
    if proof.IS_FULL:
        proof.write(runs, arguments)
    return 1 if missing or any(run.status for run in runs) else 0


def _both(arguments: list[str]) -> list[Run]:
    """Both databases side by side, a core for each; at full counts, where moments matter, one after the other."""
    children: list[subprocess.Popen] = []
    with ThreadPoolExecutor(max_workers=1 if proof.IS_FULL else 2) as both:
        sqlite = both.submit(_run, "SQLite", "", arguments, children)
        postgresql = both.submit(_on_postgresql, arguments, children)
        try:
            return [sqlite.result(), postgresql.result()]
        finally:  # told to stop: so are they, and then what they stand on
            both.shutdown(wait=False, cancel_futures=True)
            for child in children:
                child.terminate()


def _on_postgresql(arguments: list[str], children: list[subprocess.Popen]) -> Run:
    try:
        with cluster.running() as url:
            return _run("PostgreSQL", url, arguments, children)
    except (machine.Missing, RuntimeError) as problem:
        return Run("PostgreSQL", 1, f"COULD NOT RUN: {problem}", 0.0)


def _run(database: str, url: str, arguments: list[str], children: list[subprocess.Popen]) -> Run:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("KEYTURN_")}
    environment |= {"KEYTURN_PROOF": "1"} if proof.IS_FULL else {}
    environment |= {"KEYTURN_DATABASE_URL": url} if url else {}
    command = [sys.executable, "-m", "pytest", "--color=no", "-rfE", "--durations=15", *_PATIENCE, *arguments]
    begun = time.monotonic()
    child = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    children.append(child)
    last = ""
    with (ARTIFACTS / f"{database.lower()}.log").open("w", encoding="utf-8") as log:
        for line in child.stdout:
            print(f"{database:>10} | {line}", end="", flush=True)
            log.write(line)
            last = line.strip("= \n") if re.search(r"\bin \d+(\.\d+)?s", line) else last
    status = child.wait()
    return Run(database, status, last or "the runner ended without a summary", time.monotonic() - begun)


def _report(runs: list[Run], missing: list[machine.Program]) -> str:
    lines = [f"{run.database}: {run.summary}" for run in runs]
    lines += [
        f"MISSING: {program.name} ({program.used_for}); bring it with: sudo apt-get install {program.package}"
        for program in missing
    ]
    return "\n== what the runner said ==\n" + "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
