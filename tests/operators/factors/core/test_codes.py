"""Typed codes: what is read as what, and which steps count."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.operators.factors.core import codes
from keyturn.operators.factors.core.codes import AppCode, CodeMalformed, SpareCode

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("123456", AppCode("123456")),
        (" 123 456 ", AppCode("123456")),
        ("123-456", AppCode("123456")),
        ("\uff11\uff12\uff13\uff14\uff15\uff16", AppCode("123456")),
        ("abcde-23456", SpareCode("abcde23456")),
        ("ABCDE 23456", SpareCode("abcde23456")),
    ],
)
def test_a_code_is_read_however_it_was_grouped(typed, meant):
    assert codes.read(typed) == meant


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "abcdef", "abcde-2345o", "٣٤٥٦٧٨", "1" * 5000, "12345\0", "abcde-23456x"]
)
def test_what_is_no_code_is_refused(typed):
    with pytest.raises(CodeMalformed):
        codes.read(typed)


@given(st.text(max_size=60))
def test_any_text_is_a_code_or_malformed(typed):
    try:
        assert isinstance(codes.read(typed), AppCode | SpareCode)
    except CodeMalformed:
        pass


def test_recovery_codes_are_ten_different_ones_that_read_back_as_they_are_shown():
    drawn = codes.draw_recovery_codes()
    assert len(set(drawn)) == codes.RECOVERY_CODES
    assert [codes.read(codes.shown(code)) for code in drawn] == [SpareCode(code) for code in drawn]


@given(st.integers(0, codes.SECONDS - 1))
def test_the_step_before_and_after_count_and_no_other(second):
    present = int(NOON.timestamp()) // codes.SECONDS
    assert codes.steps_at(NOON + timedelta(seconds=second)) == (present - 1, present, present + 1)


def test_a_secret_is_not_in_any_repr():
    assert "123456" not in repr(AppCode("123456"))
    assert "abcde" not in repr(SpareCode("abcde23456"))
