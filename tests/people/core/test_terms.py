"""What is typed lies in the range of whom it should find, and nowhere near anybody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.people.core import terms

MARA = terms.of_name("Mara Anna Lind-Özil") | terms.of_text("driver-7") | terms.of_text("Mara@Movers.example")
NUMBER = terms.of_number("+14155550101")


def finds(ranges, known):
    return any(one.first <= term < one.end for one in ranges for term in known)


@pytest.mark.parametrize(
    "typed",
    ["mara", "MARA", " Mara  anna ", "anna", "lind", "lind ozil", "özil", "ÖZIL m", "lind-özil", "driver-7", "DRIVER",
     "mara@mov", "\uff4d\uff41\uff52\uff41", "mara, anna"],
)  # fmt: skip
def test_she_is_found_by_what_begins_her_name_and_her_addresses(typed):
    assert finds(terms.ranges(typed), MARA)


@pytest.mark.parametrize("typed", ["ara", "maria", "mara lind x", "movers.example", "7", "mara@x", "\x00", "\ud800"])
def test_she_is_not_found_by_anything_else(typed):
    assert not finds(terms.ranges(typed), MARA)


@pytest.mark.parametrize("typed", ["", "   ", "\t"])
def test_nothing_finds_nobody(typed):
    assert terms.ranges(typed) == []


def test_words_that_do_not_stand_together_are_looked_for_one_by_one():
    assert not finds(terms.ranges("mara ozil"), MARA)
    assert all(finds([one], MARA) for one in terms.words("mara ozil"))


def test_apostrophes_need_not_be_typed():
    assert finds(terms.ranges("ohara"), terms.of_name("Siobhán O'Hara"))
    assert finds(terms.ranges("siobhan o\u2019hara"), terms.of_name("Siobhán O'Hara"))


@pytest.mark.parametrize(
    "typed",
    ["+14155550101", "+1 (415) 555-0101", "415 555 0101", "0415.555.0101", "555 0101", "0101", "41555", "1415"],
)
def test_a_number_is_found_by_its_beginning_and_by_its_end(typed):
    assert terms.looks_like_number(typed)
    assert finds(terms.number_ranges(typed, "1"), NUMBER)


@pytest.mark.parametrize("typed", ["555", "999 0101", "415 555 0102"])
def test_other_digits_find_other_numbers(typed):
    assert not finds(terms.number_ranges(typed, "1"), NUMBER)


@pytest.mark.parametrize("typed", ["mara", "", "12", "(((", "4155x"])
def test_what_is_no_number_is_told(typed):
    assert not terms.looks_like_number(typed)


@given(st.text(max_size=300))
def test_whatever_is_typed_has_bounded_ranges_and_a_name_finds_itself(typed):
    known = terms.of_name(typed)
    assert all(len(term) <= terms.LONGEST for term in known) and len(known) <= 8
    assert len(terms.ranges(typed)) <= 2 and len(terms.words(typed)) <= 8
    if terms.words(typed) and len(typed) < 5:
        assert finds(terms.ranges(typed), known | terms.of_text(typed))
