"""The table of docs/proof.md says what was seen: parts are added up, and different commits stay apart."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import proof


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.setattr(proof, "_NOTES", tmp_path / "notes.jsonl")
    monkeypatch.setattr(proof, "_TABLE", tmp_path / "proof.md")
    monkeypatch.setattr(proof, "_commit", lambda: "abc1234")
    monkeypatch.setattr(proof, "IS_FULL", True)


def written(only=()) -> str:
    proof.write([SimpleNamespace(database="SQLite", summary="2 passed")], list(only))
    return proof._TABLE.read_text()


def test_parts_of_one_thing_are_one_line():
    proof.note("stories", 100, Counter({"changes": 7}))
    proof.note("stories", 100, Counter({"changes": 5, "kills": 1}))
    assert "abc1234 | stories | 200 | 12 changes, 1 kills, 0 violations |" in written()


def test_the_same_thing_at_another_commit_is_another_line(monkeypatch):
    proof.note("stories", 100, Counter({"changes": 7}))
    monkeypatch.setattr(proof, "_commit", lambda: "def5678")
    proof.note("stories", 40, Counter({"changes": 5}))
    table = written()
    assert "abc1234 | stories | 100 |" in table and "def5678 | stories | 40 |" in table


def test_a_piece_adds_to_what_was_noted_and_names_itself():
    proof.note("kills", 30, "0 lost")
    proof.begin(["tests/kills"])
    assert "kills | 30 | 0 lost |" in (table := written(["tests/kills"]))
    assert "| abc1234 | tests/kills | 2 passed |" in table


def test_small_counts_are_no_proof(monkeypatch):
    monkeypatch.setattr(proof, "IS_FULL", False)
    proof.note("kills", 4, "0 lost")
    assert "0 lost" not in written(["tests/kills"])


def test_another_commit_begins_anew(monkeypatch):
    proof.note("kills", 30, "0 lost")
    monkeypatch.setattr(proof, "_commit", lambda: "def5678")
    proof.begin([])
    assert "0 lost" not in written()


def test_the_same_commit_goes_on():
    proof.remember_passed("tests/test_a.py::test_a")
    proof.begin([])
    assert proof.passed() == {"tests/test_a.py::test_a"}


def test_what_is_not_committed_is_run_again(monkeypatch):
    monkeypatch.setattr(proof, "_commit", lambda: "abc1234-dirty")
    proof.remember_passed("tests/test_a.py::test_a")
    assert proof.passed() == set()


def test_the_whole_says_how_much_of_it_was_seen_and_what_ever_failed():
    for _again in range(2):
        proof.expect("tests/kills", 3)
    proof.expect("tests/outbox", 4)
    for test in "abc":
        proof.remember_passed(test)
    assert "| abc1234 | nothing | 3 of 7 tests passed, none ever failed |" in written()
    proof.remember_failed("c")
    assert "| abc1234 | nothing | 3 of 7 tests passed; failed at some time: c |" in written()


@pytest.fixture
def suite(tmp_path):
    """A suite of two tests, of which one fails as long as a file is there; returns what runs it."""
    (tmp_path / "broken").touch()
    (tmp_path / "test_two.py").write_text(
        "from pathlib import Path\ndef test_good(): pass\ndef test_bad(): assert not Path('broken').exists()\n"
    )
    command = [sys.executable, "-m", "pytest", "-c", os.devnull, "-p", "tests.going_on", "-q", "test_two.py"]
    environment = os.environ | {"PYTHONPATH": str(Path.cwd()), "GIT_CEILING_DIRECTORIES": str(tmp_path.parent)}
    return lambda: subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)


def test_a_proof_that_was_stopped_runs_what_has_not_passed(suite, tmp_path):
    assert "1 failed, 1 passed" in suite().stdout
    assert "assert not True" in (tmp_path / "artifacts/failed.log").read_text()
    assert "1 failed, 1 deselected" in suite().stdout
    (tmp_path / "broken").unlink()
    assert "1 passed, 1 deselected" in suite().stdout
    nothing_left = suite()
    assert "2 deselected" in nothing_left.stdout
    assert nothing_left.returncode == 0
