"""Small counts for `make test`, full counts for `make proof`; the full ones become the table in docs/proof.md.

for _ in range(proof.count(20, full=300)): …
proof.note("kills of a worker", killed, "0 lost, 0 stuck, 2 extra copies")
"""

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

IS_FULL = os.environ.get("KEYTURN_PROOF") == "1"
_NOTES = Path("artifacts/proof.jsonl")
_TABLE = Path("docs/proof.md")


def count(small: int, *, full: int) -> int:
    """How often a test does its thing in this run."""
    return full if IS_FULL else small


def note(what: str, how_many: int, outcome: str) -> None:
    """One row of the table: what was tried, how often, and what came out."""
    database = "PostgreSQL" if os.environ.get("KEYTURN_DATABASE_URL", "").startswith("postgres") else "SQLite"
    _NOTES.parent.mkdir(exist_ok=True)
    with _NOTES.open("a", encoding="utf-8") as file:
        file.write(json.dumps([database, what, how_many, outcome]) + "\n")


def begin() -> None:
    """Forget the notes of an earlier run."""
    _NOTES.unlink(missing_ok=True)


def write(runs: list, only: list[str]) -> None:
    """Write docs/proof.md from the notes and from what the runner said; it names the tests it was confined to."""
    notes = [json.loads(line) for line in _NOTES.read_text(encoding="utf-8").splitlines()] if _NOTES.exists() else []
    lines = ["# Proof at full counts", "", f"Made by `make proof` on {_machine()}, commit {_commit()}.", ""]
    lines += [f"Confined to: {', '.join(only)}.", ""] if only else []
    lines += ["| database | the runner said |", "|---|---|"]
    lines += [f"| {run.database} | {run.summary} |" for run in runs]
    lines += ["", "| database | what | how many | outcome |", "|---|---|---|---|"]
    lines += [f"| {database} | {what} | {number} | {outcome} |" for database, what, number, outcome in notes]
    _TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _machine() -> str:
    cores = f"{os.cpu_count()} cores"
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    return f"{platform.system()} {platform.machine()}, {cores}, Python {platform.python_version()}, {day}"


def _commit() -> str:
    done = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
