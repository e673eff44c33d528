"""Where results go: the numbers into artifacts/benchmarks, a table for people into docs/performance.md.

Every benchmark owns one section of that page, between two comments that carry its name, and replaces no other.
"""

import json
import os
import platform
import re
import sqlite3
import subprocess
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks.rig.processes import REPOSITORY

PAGE = REPOSITORY / "docs/performance.md"
_FOLDER = REPOSITORY / "artifacts/benchmarks"
_PACKAGES = ("keyturn", "django", "django-allauth", "granian", "psycopg", "argon2-cffi", "argon2-cffi-bindings")


def publish(name: str, numbers: dict[str, Any], lines: list[str]) -> None:
    """Write numbers and section; `lines` is Markdown without a heading."""
    about = machine()
    _FOLDER.mkdir(parents=True, exist_ok=True)
    (_FOLDER / f"{name}.json").write_text(json.dumps({"machine": about, **numbers}, indent=1) + "\n")
    text = "\n".join([*lines, "", f"*{_sentence(about)}*"])
    section = f"<!-- {name} -->\n{text}\n<!-- end of {name} -->"
    page = PAGE.read_text(encoding="utf-8")
    pattern = re.compile(f"<!-- {name} -->.*?<!-- end of {name} -->", re.DOTALL)
    if not pattern.search(page):
        raise SystemExit(f"docs/performance.md has no place for {name}")
    PAGE.write_text(pattern.sub(lambda _: section, page), encoding="utf-8")
    print(text)


def table(head: list[str], rows: list[list[Any]]) -> list[str]:
    """A Markdown table; numbers to the right."""
    rule = ["---" if column == 0 else "--:" for column in range(len(head))]
    return ["| " + " | ".join(str(cell) for cell in row) + " |" for row in [head, rule, *rows]]


def machine() -> dict[str, str]:
    """On what, with what, of which commit."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": _commit(),
        "processor": _processor(),
        "load": f"{os.getloadavg()[2]:.1f} over fifteen minutes, this measurement included",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "postgresql": _postgresql(),
        **{name: _version(name) for name in _PACKAGES},
    }


def _sentence(about: dict[str, str]) -> str:
    load = f"load average {about['load']}"
    versions = ", ".join(f"{name} {about[name]}" for name in ("python", "sqlite", "postgresql", *_PACKAGES[1:]))
    return f"{about['date']}, commit {about['commit']}, {about['processor']}, {load}; {versions}."


def _commit() -> str:
    """The commit, and whether something else than the page that is written here was changed since."""
    commit = _git("rev-parse", "--short", "HEAD") or "unknown"
    changed = _git("status", "--porcelain", "--", ".", f":!{PAGE.relative_to(REPOSITORY)}")
    return f"{commit} with changes" if changed else commit


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=REPOSITORY, capture_output=True, text=True).stdout.strip()


def _processor() -> str:
    facts = Path("/proc/cpuinfo").read_text()
    models = re.findall(r"^model name\s*: (.*)$", facts, re.MULTILINE)
    return f"{len(models)} cores of {models[0]}" if models else platform.machine()


def _postgresql() -> str:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not found:
        return "none"
    told = subprocess.run([str(found[-1]), "--version"], capture_output=True, text=True)
    return told.stdout.split()[2]


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "none"
