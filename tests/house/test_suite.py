"""The suite in parts: what the parts say is added up, and a part that failed or said nothing is not lost."""

import pytest

from tests import proof, suite
from tests.suite import SQLITE, Run


def said(*summaries: str, status: int = 0) -> Run:
    runs = [Run(SQLITE, status if number == 0 else 0, text, 60.0 + number) for number, text in enumerate(summaries)]
    return suite.together(SQLITE, runs)


@pytest.mark.parametrize(
    ("summaries", "whole"),
    [
        (["3 passed in 1.00s", "4 passed, 2 deselected in 2.00s (0:00:02)"], "7 passed, 2 deselected in 61.00s"),
        (["1 failed, 3 passed in 1.00s", "4 passed in 2.00s"], "1 failed, 7 passed in 61.00s"),
        (["3 passed in 1.00s", "2 passed, 1 error in 2.00s"], "5 passed, 1 error in 61.00s"),
        (["3 passed in 1.00s", "the runner ended without a summary"], "the runner ended without a summary"),
        (["3 passed, 1 deselected in 9.00s"], "3 passed, 1 deselected in 9.00s"),
    ],
)
def test_numbers_of_the_parts_are_added_up(summaries, whole):
    assert said(*summaries).summary == whole


def test_a_part_that_failed_makes_the_whole_fail():
    assert said("1 failed in 1.00s", "4 passed in 2.00s", status=1).status == 1
    assert said("4 passed in 1.00s", "4 passed in 2.00s").status == 0


def test_a_part_without_a_summary_makes_the_whole_fail():
    assert said("4 passed in 1.00s", "COULD NOT RUN: initdb is missing").status == 1


def test_what_failed_is_told_again_at_the_end():
    failures = ["==== FAILURES ====", "____ test_a ____", "E   assert 1 == 2"]
    summary = ["==== short test summary info ====", "FAILED tests/test_a.py::test_a - assert 1 == 2"]
    slowest = ["==== slowest 15 durations ====", "8.16s call tests/test_b.py::test_b"]
    end = ["1 failed, 3 passed in 1.00s"]
    tale = suite.told(["....F.", *failures, *slowest, *summary, *end])
    assert tale == (*failures, *summary, *end)
    whole = suite.together(SQLITE, [Run(SQLITE, 1, end[0], 1.0, tale), Run(SQLITE, 0, "2 passed in 1.00s", 2.0)])
    assert whole.tale == tale


def test_nothing_is_told_of_a_part_that_is_green():
    assert suite.told(["......", "==== slowest 15 durations ====", "8.16s call tests/test_b.py::test_b"]) == ()


@pytest.mark.parametrize("is_full", [False, True])
def test_each_folder_is_in_one_part(monkeypatch, is_full):
    monkeypatch.setattr(proof, "IS_FULL", is_full)
    parts = {part.name: part.arguments for part in suite.parts(SQLITE, [])}
    left_out = [word.removeprefix("--ignore=") for word in parts.pop("rest") if word.startswith("--ignore=")]
    elsewhere = [word for words in parts.values() for word in words if word.startswith("tests/")]
    assert sorted(elsewhere) == sorted(left_out)


def test_what_is_asked_for_runs_in_one():
    assert [part.arguments for part in suite.parts(SQLITE, ["tests/limits"])] == [["tests/limits"]]
