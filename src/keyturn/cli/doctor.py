"""`keyturn doctor`: examines the whole installation; one line each; exit code 1 when something is broken."""

from argparse import Namespace

from keyturn.cli import gate
from keyturn.cli.examinations import BROKEN, EXAMINATIONS, OK, Finding
from keyturn.cli.refusal import CommandRefused
from keyturn.lib import readiness

_WIDTH = max(len(state) for state in ("ok", "warn", "broken"))


def run(_given: Namespace) -> int:
    """Print what is fine, what deserves a look, and what is broken with what to do about it."""
    findings = _foundations()
    if all(finding.state == OK for finding in findings):  # the others read tables
        for examine in EXAMINATIONS:
            findings += _found(examine)
    for finding in findings:
        print(f"{finding.state:{_WIDTH}}  {finding.what}: {finding.sentence}")
    return 1 if any(finding.state == BROKEN for finding in findings) else 0


def _foundations() -> list[Finding]:
    try:
        gate.reach_database()
    except CommandRefused as problem:
        return [Finding(BROKEN, "database", str(problem))]
    problems = readiness.problems()
    return [Finding(BROKEN, "installation", problem) for problem in problems] or [
        Finding(OK, "database", "answers, and has the tables of this version"),
        Finding(OK, "keys", "are there, and for this user alone"),
    ]


def _found(examine) -> list[Finding]:
    """An examination that itself breaks is a finding, too."""
    try:
        return list(examine())
    except Exception as problem:
        return [
            Finding(BROKEN, examine.__name__.replace("_", " "), f"could not be examined ({type(problem).__name__})")
        ]
