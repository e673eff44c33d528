"""Runs the whole suite on SQLite and on PostgreSQL, and ends with what the runner said about both.

`make test` and `make proof` call it. A database or a program that is missing makes the run fail by name;
nothing passes because it did not run.
"""

import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import cluster, machine, proof

ARTIFACTS = Path("artifacts")


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
    proof.begin()
    missing = machine.prepare()
    runs = [_run("SQLite", "", arguments), _on_postgresql(arguments)]
    report = _report(runs, missing)
    (ARTIFACTS / "summary.txt").write_text(report, encoding="utf-8")
    print(report, flush=True)
    if proof.IS_FULL:
        proof.write(runs)
    return 1 if missing or any(run.status for run in runs) else 0


def _on_postgresql(arguments: list[str]) -> Run:
    try:
        with cluster.running() as url:
            return _run("PostgreSQL", url, arguments)
    except (machine.Missing, RuntimeError) as problem:
        return Run("PostgreSQL", 1, f"COULD NOT RUN: {problem}", 0.0)


def _run(database: str, url: str, arguments: list[str]) -> Run:
    print(f"\n== the suite on {database} ==", flush=True)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("KEYTURN_")}
    environment |= {"KEYTURN_PROOF": "1"} if proof.IS_FULL else {}
    environment |= {"KEYTURN_DATABASE_URL": url} if url else {}
    command = [sys.executable, "-m", "pytest", "--color=no", "-rfE", "--durations=15", *arguments]
    begun = time.monotonic()
    with _child(command, environment) as child, (ARTIFACTS / f"{database.lower()}.log").open("w") as log:
        last = ""
        for line in child.stdout:
            print(line, end="", flush=True)
            log.write(line)
            last = line.strip("= \n") if re.search(r"\bin \d+(\.\d+)?s", line) else last
        status = child.wait()
    return Run(database, status, last or "the runner ended without a summary", time.monotonic() - begun)


@contextmanager
def _child(command: list[str], environment: dict):
    child = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    try:
        yield child
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait()


def _report(runs: list[Run], missing: list[machine.Program]) -> str:
    lines = [f"{run.database}: {run.summary}" for run in runs]
    lines += [
        f"MISSING: {program.name} ({program.used_for}); bring it with: sudo apt-get install {program.package}"
        for program in missing
    ]
    return "\n== what the runner said ==\n" + "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
