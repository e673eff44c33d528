"""References as people read them out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.recovery.core import reference


@pytest.mark.mission("M0.20")
@pytest.mark.parametrize("typed", ["7K3M-0QZP", "7k3m0qzp", " 7K3M 0QZP ", "7K3M-OQZP", "7k3m oqzp"])
def test_a_reference_is_read_as_it_is_heard(typed):
    assert reference.read(typed) == "7K3M-0QZP"


@pytest.mark.parametrize("typed, read", [("IL11-0000", "1111-0000"), ("ooooOOOO", "0000-0000")])
def test_what_sounds_alike_is_the_same(typed, read):
    assert reference.read(typed) == read


@pytest.mark.parametrize("typed", ["", "7K3M", "7K3M-0QZPX", "7K3M-0QZU", "Mara Lindh", "\0" * 8, "7" * 10**6])
def test_anything_else_is_none(typed):
    assert reference.read(typed) is None


@given(st.text(max_size=60))
def test_no_text_breaks_it_and_what_is_read_reads_as_itself(typed):
    read = reference.read(typed)
    assert read is None or reference.read(read) == read


def test_every_drawn_one_is_read():
    drawn = [reference.draw() for _ in range(200)]
    assert [reference.read(one) for one in drawn] == drawn
