"""What was typed badly is answered, and counts as no try."""

import pytest

from keyturn.recovery.redeem import Malformed, Redeemed, Weak
from tests.recovery.acts import NOT_ACCEPTED, redeems, tries


@pytest.mark.parametrize("typed", ["{0}-{1}", " {0} {1} ", "{0}\u2013{1}", "{0}\u00a0{1}"])
def test_blanks_and_dashes_in_the_code_do_not_matter(sent, mara, typed):
    token, code = sent
    assert redeems(token, typed.format(code[:3], code[3:])) == Redeemed(mara)


def test_full_width_digits_are_digits(sent, mara):
    token, code = sent
    assert redeems(token, code.translate({ord("0") + n: 0xFF10 + n for n in range(10)})) == Redeemed(mara)


NO_CODES = ["", "12345", "1234567", "12345a", "٣٢١٤٥٦", "0x1234", "1e5", "-12345x", "\x00" * 6, "1" * 10**6, "\ud800"]
NOT_TEXT = [None, 123456, True, 1e309, [], ["123456"], {}, [None], b"123456"]


@pytest.mark.mission("M4.6")
@pytest.mark.parametrize("code", [*NO_CODES, *NOT_TEXT], ids=lambda value: repr(value)[:20])
def test_what_is_no_code_counts_no_try(sent, code):
    assert redeems(sent[0], code) == Malformed("code")
    assert tries() == 0


@pytest.mark.parametrize("new", ["", "\x00" * 20, "x" * 10**6, "\ud800" * 12, *NOT_TEXT], ids=lambda v: repr(v)[:20])
def test_what_is_no_password_counts_no_try(sent, new):
    assert redeems(*sent, new=new) == Malformed("new_password")
    assert tries() == 0


@pytest.mark.parametrize(
    "token", ["", "a" * 43, "a" * 44, "%", "\x00" * 43, "ä" * 43, *NOT_TEXT], ids=lambda v: repr(v)[:20]
)
def test_what_is_no_link_is_refused_like_a_wrong_one(sent, token):
    assert redeems(token, sent[1]) == NOT_ACCEPTED
    assert tries() == 0


@pytest.mark.mission("M4.5", "M3.5")
@pytest.mark.parametrize("new", ["short", "password1234", "Mara Lind 2026", "mara@movers.example"])
def test_a_weak_password_is_answered_before_a_try_is_counted(sent, new):
    answer = redeems(*sent, new=new)
    assert isinstance(answer, Weak) and not answer.judgement.acceptable
    assert tries() == 0


def test_a_weak_password_tells_nothing_about_the_link(sent):
    assert type(redeems("a" * 43, sent[1], new="short")) is Weak
