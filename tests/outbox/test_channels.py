"""Which channel reaches an address, and whether a carrier takes text messages for a person."""

from datetime import timedelta

import pytest

from keyturn.outbox.channels import channel_of, sms_gateway_of
from keyturn.outbox.transports.carrier_gateway import PatternRefused, local_part, pattern_of


def test_each_kind_of_address_has_its_channel(email, phone):
    assert (channel_of(email), channel_of(phone)) == ("email", "sms")


@pytest.mark.mission("M0.16")
def test_a_carrier_is_used_to_the_day_it_ends(mara, wireless, now):
    today = now.date()
    assert sms_gateway_of(mara, today) == wireless
    wireless.ends_on = today
    assert sms_gateway_of(mara, today) == wireless
    assert sms_gateway_of(mara, today + timedelta(days=1)) is None


def test_without_a_carrier_no_text_messages(mara, now):
    mara.cell_provider = None
    assert sms_gateway_of(mara, now.date()) is None


@pytest.mark.mission("M0.16")
@pytest.mark.parametrize(
    ("number_format", "number", "local"),
    [
        ("10-digit", "+14155550101", "4155550101"),
        ("with-country-code", "+14155550101", "14155550101"),
        ("e164", "+14155550101", "+14155550101"),
        ("{national}", "+34612345678", "612345678"),
        ("00{cc}{national}", "+34612345678", "0034612345678"),
        ("sms.{national}", "+14155550101", "sms.4155550101"),
    ],
)
def test_every_format_of_a_carrier(number_format, number, local):
    assert local_part(number, number_format) == local


@pytest.mark.mission("M0.16")
def test_ten_digits_are_ten_digits():
    with pytest.raises(PatternRefused):
        local_part("+34612345678", "10-digit")


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "no-number",
        "{cc}",
        "{national}@evil.example",
        "{national}\r\n",
        "{0}",
        "{national!r}",
        "{national} x",
        "{x}{national}",
    ],
)
def test_a_pattern_is_only_the_number_and_a_few_signs(pattern):
    with pytest.raises(PatternRefused):
        pattern_of(pattern)
