"""How many text messages a text is: the tables of 3GPP TS 23.038, and their law."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.outbox.layouts.core import segments
from keyturn.outbox.layouts.core.segments import GSM_7, UCS_2, Segments, measure

EXTENSION = "\f^{}\\[~]|€"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Segments(GSM_7, 0, 0)),
        ("a", Segments(GSM_7, 1, 1)),
        ("a" * 160, Segments(GSM_7, 160, 1)),
        ("a" * 161, Segments(GSM_7, 161, 2)),
        ("a" * 306, Segments(GSM_7, 306, 2)),
        ("a" * 307, Segments(GSM_7, 307, 3)),
        ("€" * 80, Segments(GSM_7, 160, 1)),
        ("€" * 81, Segments(GSM_7, 162, 2)),
        ("a" * 158 + "€", Segments(GSM_7, 160, 1)),
        ("a" * 159 + "€", Segments(GSM_7, 161, 2)),
        ("a" * 152 + "€" + "a" * 152, Segments(GSM_7, 306, 3)),  # the euro does not fit into the first part
        ("é" * 160, Segments(GSM_7, 160, 1)),
        ("á", Segments(UCS_2, 1, 1, "á")),
        ("ok á", Segments(UCS_2, 4, 1, "á")),
        ("я" * 70, Segments(UCS_2, 70, 1, "я")),
        ("я" * 71, Segments(UCS_2, 71, 2, "я")),
        ("я" * 134, Segments(UCS_2, 134, 2, "я")),
        ("я" * 135, Segments(UCS_2, 135, 3, "я")),
        ("😀" * 35, Segments(UCS_2, 70, 1, "😀")),
        ("😀" * 36, Segments(UCS_2, 72, 2, "😀")),
        ("я" * 66 + "😀" + "я" * 66, Segments(UCS_2, 134, 3, "я")),  # a pair of surrogates is not cut
        ("a`b", Segments(UCS_2, 3, 1, "`")),
        ("a\tb", Segments(UCS_2, 3, 1, "\t")),
    ],
)
def test_what_a_text_costs(text, expected):
    assert measure(text) == expected


def test_the_extension_table_is_the_one_of_the_standard():
    """3GPP TS 23.038 §6.2.1.1: ten signs behind an escape."""
    assert len(EXTENSION) == 10
    for sign in EXTENSION:
        assert measure(sign) == Segments(GSM_7, 2, 1)


def test_the_basic_table_has_127_signs_beside_the_escape():
    assert len(segments._BASIC) == 127
    assert not segments._BASIC & segments._EXTENSION


GSM = st.text(st.sampled_from(sorted(segments._BASIC | segments._EXTENSION)), max_size=700)


@given(GSM)
def test_parts_hold_everything_and_none_is_wasted(text):
    size = measure(text)
    assert size.encoding == GSM_7 and size.first_foreign_character == ""
    if size.units <= 160:
        assert size.messages == bool(text)
    else:  # at most one unit of a part is left free, before a sign of two
        assert -(-size.units // 153) <= size.messages <= -(-size.units // 152)


@given(st.text(max_size=300), st.text(max_size=50))
def test_more_text_never_costs_less(text, more):
    assert measure(text + more).messages >= measure(text).messages


@given(st.text(max_size=300))
def test_ucs_2_is_taken_exactly_where_a_sign_is_foreign(text):
    foreign = [sign for sign in text if sign not in segments._BASIC | segments._EXTENSION]
    size = measure(text)
    assert (size.encoding == UCS_2) is bool(foreign)
    assert size.first_foreign_character == (foreign[0] if foreign else "")
