"""Two versions as lines."""

from hypothesis import given
from hypothesis import strategies as st

from keyturn.outbox.layouts.core.comparing import GONE, NEW, SAME, Line, compare
from keyturn.outbox.layouts.core.words import Words


def test_what_stayed_went_and_came():
    before, after = Words("S", "one\ntwo\nthree"), Words("S", "one\n2\nthree", "<p>")
    assert compare(before, after) == (
        Line("subject", SAME, "S"),
        Line("text", SAME, "one"),
        Line("text", GONE, "two"),
        Line("text", NEW, "2"),
        Line("text", SAME, "three"),
        Line("html", NEW, "<p>"),
    )


LINES = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=12).map("\n".join)


@given(LINES, LINES)
def test_both_versions_can_be_read_from_the_comparison(before, after):
    lines = compare(Words("", before), Words("", after))
    assert [line.text for line in lines if line.kind != NEW] == before.splitlines()
    assert [line.text for line in lines if line.kind != GONE] == after.splitlines()
