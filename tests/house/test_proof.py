"""The table of docs/proof.md says what was seen: parts are added up, and different commits stay apart."""

from collections import Counter
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


def test_the_whole_begins_anew():
    proof.note("kills", 30, "0 lost")
    proof.begin([])
    assert "0 lost" not in written()
