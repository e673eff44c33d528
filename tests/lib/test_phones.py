"""Phone numbers: any usual spelling in, E.164 inside, extensions refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.lib import phones
from keyturn.lib.phones import PhoneRefused


@pytest.mark.mission("M0.12")
@pytest.mark.parametrize(
    "typed",
    ["+1 415 555 0101", "(415) 555-0101", "415.555.0101", "4155550101", "1-415-555-0101", "tel:+1-415-555-0101"],
)
def test_all_spellings_are_one_number(typed):
    phone = phones.parse(typed)
    assert (phone.e164, phone.country_code, phone.national) == ("+14155550101", "1", "4155550101")


@pytest.mark.mission("M0.12")
@pytest.mark.parametrize("typed", ["415 555 0101 ext. 12", "415 555 0101 x12", "+1 415 555 0101;ext=12"])
def test_an_extension_is_refused(typed):
    with pytest.raises(PhoneRefused) as refusal:
        phones.parse(typed)
    assert refusal.value.reason == "has_extension"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        ("hello", "not_a_number"),
        ("123", "not_a_number"),
        ("+999 1234567", "not_a_number"),
        ("415 555 0101\r\nX", "control_character"),
        ("4155550101" * 100_000, "too_long"),
    ],
)
def test_what_is_no_number_is_refused_with_a_reason(typed, reason):
    with pytest.raises(PhoneRefused) as refusal:
        phones.parse(typed)
    assert refusal.value.reason == reason


def test_a_number_without_country_belongs_to_the_tenants():
    assert phones.parse("030 123456", "DE").e164 == "+4930123456"


@given(st.text(max_size=70))
def test_any_text_is_a_number_or_is_refused(text):
    try:
        phone = phones.parse(text)
    except PhoneRefused:
        return
    assert phone.e164.startswith("+")
    assert phone.e164[1:].isdigit()
