"""Small counts for `make test`, full counts for `make proof`; the full ones become the table in docs/proof.md.

for _ in range(proof.count(20, full=300)): …
proof.note("kills of a worker", killed, "0 lost, 0 stuck, 2 extra copies")

    make proof                                             everything; stopped, it goes on at the same commit
    KEYTURN_PROOF=1 python -m tests.suite tests/kills      adds one piece to the table, under its own commit
    python -m tests.proof                                  writes the table from what is noted so far
"""

import functools
import json
import os
import platform
import subprocess
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from tests import databases

IS_FULL = os.environ.get("KEYTURN_PROOF") == "1"
_NOTES = Path("artifacts/proof.jsonl")
_TABLE = Path("docs/proof.md")
_DIRTY = "-dirty"
_HEAD = """# Proof at full counts

Made by `make proof`, which runs everything, or piece by piece, as `tests/proof.py` says; each line names its commit.
The tests of a proof take more than an hour. Stopped, it goes on where it was, as long as the commit is the same: what
has passed is not run again, and what ever failed is named. On {machine}.
"""
_SAID, _SEEN = (
    "| database | commit | confined to | the runner said |",
    "| database | commit | what | how many | outcome |",
)


def count(small: int, *, full: int) -> int:
    """How often a test does its thing in this run."""
    return full if IS_FULL else small


def note(what: str, how_many: int, outcome: str | Counter) -> None:
    """What was tried, how often, and what came out. What comes in parts is noted as a Counter, and added up.

    Only at full counts: what `make test` saw here before is no part of a proof.
    """
    if IS_FULL:
        _remember("seen", _database(), [what, how_many, outcome])


def passed() -> set[str]:
    """The tests that have passed on this database at this commit; none where something is not committed."""
    here = (_database(), _commit())
    return set() if here[1].endswith(_DIRTY) else {test for *where, test in _noted("passed") if tuple(where) == here}


def remember_passed(test: str) -> None:
    """It need not run again at this commit."""
    _remember("passed", _database(), test)


def remember_failed(test: str, why: str = "") -> None:
    """It will be named for ever at this commit, even when it passes later; why is written down at once."""
    _remember("failed", _database(), test)
    with _NOTES.with_name("failed.log").open("a", encoding="utf-8") as file:
        file.write(f"{_database()} {_commit()} {test}\n{why}\n")


def expect(part: str, how_many: int) -> None:
    """So many tests there are in this part of the suite."""
    _remember("expected", _database(), [part, how_many])


def begin(only: list[str]) -> None:
    """Forget what was noted at other commits, unless this run is a piece."""
    if only or not _NOTES.exists():
        return
    lines = _NOTES.read_text(encoding="utf-8").splitlines(keepends=True)
    _NOTES.write_text("".join(line for line in lines if json.loads(line)[2] == _commit()), encoding="utf-8")


def write(runs: list, only: list[str]) -> None:
    """Add what the runner said of a piece, and write docs/proof.md from all that was noted."""
    for run in runs if only else []:
        _remember("said", run.database, [", ".join(only), run.summary])
    lines = [_HEAD.format(machine=_machine()), _SAID, "|---" * 4 + "|", *_wholes()]
    lines += [_row(database, commit, *said) for database, commit, said in _noted("said")]
    lines += ["", _SEEN, "|---" * 5 + "|", *_added_up()]
    _TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _wholes() -> list[str]:
    """A line for each database on which everything was asked for."""
    wanted: dict[tuple, dict] = {}
    for *where, (part, how_many) in _noted("expected"):
        wanted.setdefault(tuple(where), {})[part] = how_many
    return [_row(*where, "nothing", _came_to(where, sum(parts.values()))) for where, parts in wanted.items()]


def _came_to(where: tuple, how_many: int) -> str:
    good, bad = ({test for *there, test in _noted(kind) if tuple(there) == where} for kind in ("passed", "failed"))
    told = f"{len(good)} of {how_many} tests passed"
    return f"{told}; failed at some time: {', '.join(sorted(bad))}" if bad else f"{told}, none ever failed"


def _database() -> str:
    return "PostgreSQL" if databases.is_postgresql() else "SQLite"


def _remember(kind: str, database: str, details: list | str) -> None:
    _NOTES.parent.mkdir(exist_ok=True)
    with _NOTES.open("a", encoding="utf-8") as file:
        file.write(json.dumps([kind, database, _commit(), details]) + "\n")


def _noted(kind: str) -> list[tuple]:
    notes = [json.loads(line) for line in _NOTES.read_text(encoding="utf-8").splitlines()] if _NOTES.exists() else []
    return [tuple(rest) for of_kind, *rest in notes if of_kind == kind]


def _added_up() -> list[str]:
    """A line for each thing that was seen; parts of one thing under one commit are one line."""
    counts, outcomes = Counter(), {}
    for database, commit, (what, how_many, outcome) in _noted("seen"):
        in_parts = isinstance(outcome, dict)
        key = (database, commit, what, "" if in_parts else outcome)
        counts[key] += how_many
        outcomes[key] = outcomes.get(key, Counter()) + Counter(outcome) if in_parts else outcome
    return [_row(*key[:3], number, _in_words(outcomes[key])) for key, number in counts.items()]


def _in_words(outcome: str | Counter) -> str:
    if isinstance(outcome, str):
        return outcome
    return ", ".join(f"{number} {what}" for what, number in outcome.most_common()) + ", 0 violations"


def _row(*cells: object) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def _machine() -> str:
    cores = f"{os.cpu_count()} cores"
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    return f"{platform.system()} {platform.machine()}, {cores}, Python {platform.python_version()}, {day}"


@functools.cache
def _commit() -> str:
    """What was run; the table itself, which an earlier piece may have written, makes no commit another one."""
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ".", f":(exclude){_TABLE}")
    return (_git("describe", "--always") or "unknown") + (_DIRTY if changed else "")


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], capture_output=True, text=True, check=False).stdout.strip()


if __name__ == "__main__":
    write([], [])
