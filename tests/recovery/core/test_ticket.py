"""Tokens and codes: what they look like, what fits, and what cannot be tested without the link."""

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.recovery.core import ticket
from keyturn.recovery.core.ticket import CodeMalformed, Token, code_fits, code_tag, draw, read_code, read_token

MOVERS, LABS = UUID(int=1), UUID(int=2)
codes = st.integers(0, 10**6 - 1).map(lambda number: f"{number:06}")


def test_a_link_fits_on_a_line_of_text_mail():
    link = ticket.link("https://movers.example", draw().token)
    assert re.fullmatch(r"https://movers\.example/r/[A-Za-z0-9_-]{43}", link) and len(link) < 78


def test_a_link_begins_with_the_tenants_own_address():
    token = draw().token
    assert ticket.link("https://movers.example/", token) == f"https://movers.example/r/{token}"


def test_what_was_drawn_can_be_read_again():
    token = draw().token
    assert read_token(str(token)) == token


def test_nothing_is_drawn_twice_and_every_code_has_six_digits():
    drawn = [draw() for _ in range(2000)]
    assert len({str(one.token) for one in drawn}) == len({one.token.selector for one in drawn}) == 2000
    assert all(re.fullmatch("[0-9]{6}", one.code) for one in drawn)
    assert len({one.code[0] for one in drawn}) == 10  # zero padded, not cut


def test_secrets_do_not_show_in_a_traceback():
    one = draw()
    assert one.token.verifier not in repr(one) + repr(one.token) and one.code not in repr(one)


@given(st.text(max_size=60) | st.none() | st.integers() | st.lists(st.text(max_size=6)) | st.binary(max_size=43))
def test_a_token_is_of_our_form_or_nothing(raw):
    token = read_token(raw)
    assert token is None or str(token) == raw


@given(codes, st.sampled_from(["", " ", "-", "\u00a0", "\u2013", " - "]))
def test_six_digits_are_read_however_they_are_grouped(code, between):
    assert read_code(f" {code[:3]}{between}{code[3:]} ") == code


@given(codes)
def test_full_width_digits_are_folded(code):
    assert read_code("".join(chr(ord(digit) - ord("0") + 0xFF10) for digit in code)) == code


@given(st.text(max_size=50))
def test_nothing_else_is_a_code(raw):
    try:
        read = read_code(raw)
    except CodeMalformed:
        return
    assert re.fullmatch("[0-9]{6}", read)


@pytest.mark.parametrize("raw", [None, 123456, ["123456"], b"123456", True, "", "1" * 41, "١٢٣٤٥٦", "12 34 5"])
def test_what_is_no_code(raw):
    with pytest.raises(CodeMalformed):
        read_code(raw)


@given(codes, codes)
def test_only_the_right_code_fits(code, other):
    token = draw().token
    assert code_fits(token, other, code_tag(token, code)) is (code == other)


def test_the_tag_is_bound_to_its_link():
    one, other = draw(), draw()
    tag = code_tag(one.token, one.code)
    assert not code_fits(other.token, one.code, tag)
    assert not code_fits(Token(other.token.selector, one.token.verifier), one.code, tag)


def test_the_hash_is_bound_to_tenant_and_purpose():
    token = draw().token
    hashes = {ticket.verifier_hash(token, tenant, purpose) for tenant in (MOVERS, LABS) for purpose in ("reset", "x")}
    assert len(hashes) == 4


def test_whoever_has_the_database_but_not_the_link_can_test_no_code():
    """Every code is tried with everything that is stored; with the link's secret the same loop finds it at once."""
    secret = draw()
    token, tag = secret.token, code_tag(secret.token, secret.code)
    stored = [token.selector, tag, ticket.verifier_hash(token, MOVERS, ticket.RESET)]
    sample = [*(f"{number:06}" for number in range(2000)), secret.code]

    def finds(key: str) -> bool:
        return any(code_fits(Token(token.selector, key), code, tag) for code in sample)

    assert not any(map(finds, stored))
    assert finds(token.verifier)
