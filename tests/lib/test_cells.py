"""Nothing that leaves as CSV calculates in a spreadsheet, and what left can come back."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.lib import cells

DANGEROUS = [
    "=1+1",
    "+14155550101",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u00a0=1",
    "\uff1d1",
    "'=1",
    "''@x",
]


@pytest.mark.parametrize("typed", DANGEROUS)
def test_a_formula_becomes_text_and_comes_back(typed):
    assert cells.neutral(typed) == "'" + typed
    assert cells.plain(cells.neutral(typed)) == typed


@pytest.mark.parametrize("typed", ["", "Mara Lind", "O'Hara", "'quoted'", "mara@movers.example", "a=b", "3-4"])
def test_what_calculates_nothing_stays_as_it_is(typed):
    assert cells.neutral(typed) == typed
    assert cells.plain(typed) == typed


def test_signs_that_break_readers_are_shown_as_broken():
    assert cells.neutral("a\0b\ud800c") == "a\ufffdb\ufffdc"
    assert cells.neutral("\0=1") == "\ufffd=1"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30))
def test_every_text_comes_back(typed):
    guarded = cells.neutral(typed)
    assert cells.plain(guarded) == typed
    assert guarded.lstrip(" \u00a0")[:1] not in set("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


@given(st.lists(st.text(max_size=20), min_size=1, max_size=6))
def test_a_line_is_read_as_so_many_cells(texts):
    line = cells.line(texts)
    assert line.endswith("\r\n")
    assert next(csv.reader(io.StringIO(line, newline=""), strict=True)) == [cells.neutral(text) for text in texts]


def test_the_control_a_plain_writer_lets_formulas_through():
    written = io.StringIO()
    csv.writer(written).writerow(["=1+1"])
    assert next(csv.reader(io.StringIO(written.getvalue())))[0] == "=1+1"


def test_nothing_and_numbers_are_cells_too():
    assert cells.line([None, 3, "a"]) == '"","3","a"\r\n'
