"""Small counts for `make test`, full counts for `make proof`; the full ones become the table in docs/proof.md.

for _ in range(proof.count(20, full=300)): …
proof.note("kills of a worker", killed, "0 lost, 0 stuck, 2 extra copies")

    KEYTURN_PROOF=1 python -m tests.suite tests/kills      adds one piece to the table, under its own commit
"""

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
_HEAD = """# Proof at full counts

Made by `make proof`, which runs everything, or piece by piece, as `tests/proof.py` says; each line names its commit.
A piece that was stopped before its full count says so. On {machine}.
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
        database = "PostgreSQL" if databases.is_postgresql() else "SQLite"
        _remember("seen", database, [what, how_many, outcome])


def begin(only: list[str]) -> None:
    """Forget the notes of earlier runs, unless this one is a piece."""
    if not only:
        _NOTES.unlink(missing_ok=True)


def write(runs: list, only: list[str]) -> None:
    """Add what the runner said, and write docs/proof.md from all that was noted."""
    for run in runs:
        _remember("said", run.database, [", ".join(only) or "nothing", run.summary])
    lines = [_HEAD.format(machine=_machine()), _SAID, "|---" * 4 + "|"]
    lines += [_row(database, commit, *said) for database, commit, said in _noted("said")]
    lines += ["", _SEEN, "|---" * 5 + "|", *_added_up()]
    _TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _remember(kind: str, database: str, details: list) -> None:
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


def _commit() -> str:
    """What was run; the table itself, which an earlier piece may have written, makes no commit another one."""
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ".", f":(exclude){_TABLE}")
    return (_git("describe", "--always") or "unknown") + ("-dirty" if changed else "")


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], capture_output=True, text=True, check=False).stdout.strip()


if __name__ == "__main__":
    write([], [])
