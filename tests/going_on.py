"""Lets a proof that was stopped go on: what has passed at this commit is not run again.

A whole `make proof` takes an hour and more, and loads this; nothing else does.
"""

import pytest

from tests import proof

_not_passed: set[str] = set()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    before = proof.passed()
    done = [item for item in session.items if item.nodeid in before]
    proof.expect(" ".join(session.config.args), len(session.items))
    session.items[:] = [item for item in session.items if item.nodeid not in before]
    session.config.hook.pytest_deselected(items=done)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and proof.passed():
        session.exitstatus = pytest.ExitCode.OK  # nothing is left to run


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.outcome != "passed" and report.nodeid not in _not_passed:
        _not_passed.add(report.nodeid)
        proof.remember_failed(report.nodeid, report.longreprtext)
    if report.when == "teardown" and report.nodeid not in _not_passed:
        proof.remember_passed(report.nodeid)
