"""What is an email address, and when two are the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.lib import addresses
from keyturn.lib.addresses import AddressRefused


@pytest.mark.parametrize(
    ("typed", "raw", "lowered"),
    [
        ("mara@movers.example", "mara@movers.example", "mara@movers.example"),
        ("  mara@movers.example ", "mara@movers.example", "mara@movers.example"),
        ("Mara@MOVERS.example", "Mara@movers.example", "mara@movers.example"),
        ("mara+tag@movers.example", "mara+tag@movers.example", "mara+tag@movers.example"),
        ("mara@bücher.example", "mara@xn--bcher-kva.example", "mara@xn--bcher-kva.example"),
        ("mar\u0065\u0301@movers.example", "mar\u00e9@movers.example", "mar\u00e9@movers.example"),
        ("O'Neil@movers.example", "O'Neil@movers.example", "o'neil@movers.example"),
    ],
)
def test_an_address_is_kept_as_it_is_written_and_found_by_its_key(typed, raw, lowered):
    address = addresses.parse(typed)
    assert (address.raw, address.lowered) == (raw, lowered)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("mara", "not_an_address"),
        ("@movers.example", "not_an_address"),
        ("mara@", "bad_domain"),
        ("mara@movers", "bad_domain"),
        ("mara@127.0.0.1", "bad_domain"),
        ("mara@-movers.example", "bad_domain"),
        ("mara@movers..example", "bad_domain"),
        ("ma..ra@movers.example", "not_an_address"),
        (".mara@movers.example", "not_an_address"),
        ("mara@mallory@movers.example", "not_an_address"),
        ('"mara@corp.example"@evil.example', "not_an_address"),
        ("mara@movers.example,mallory@evil.example", "not_an_address"),
        ("mara@movers.example\r\nBcc: mallory@evil.example", "control_character"),
        ("mara@movers.example\x00", "control_character"),
        ("mara\u202e@movers.example", "control_character"),
        ("mara\u200b@movers.example", "control_character"),
        ("mara\ud800@movers.example", "control_character"),
        ("m" * 65 + "@movers.example", "not_an_address"),
        ("m" * 1_000_000, "too_long"),
    ],
)
def test_what_is_no_address_is_refused_with_a_reason(typed, reason):
    with pytest.raises(AddressRefused) as refusal:
        addresses.parse(typed)
    assert refusal.value.reason in {reason, "not_unicode"}


def test_every_single_sign_that_unicode_would_fold_into_a_letter_names_somebody_else():
    """CVE-2019-19844: a reset mail went to whoever owned an address equal after case mapping."""
    stored = addresses.parse("mikes@example.org").lowered
    for point in range(0x80, 0x20000):
        sign = chr(point)
        folded = {sign.lower(), sign.upper().lower(), sign.casefold()}
        for letter in folded & set("mikes"):
            try:
                found = addresses.parse(f"{'mikes'.replace(letter, sign)}@example.org").lowered
            except AddressRefused:
                continue
            assert found != stored, hex(point)


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_is_refused(text):
    try:
        address = addresses.parse(text)
    except AddressRefused:
        return
    assert addresses.parse(address.raw) == address
    assert not any(ord(char) < 0x20 for char in address.raw)


@pytest.mark.parametrize(
    ("typed", "on_record", "fits"),
    [
        ("mara@movers.example", "mara@movers.example", True),
        ("MARA@movers.example", "mara@movers.example", True),
        ("m\u00e4ra@movers.example", "m\u00e4ra@movers.example", True),
        ("M\u00e4RA@movers.example", "m\u00e4ra@movers.example", False),
        ("mara@movers.example", "m\u00e4ra@movers.example", False),
    ],
)
def test_capitals_do_not_matter_where_all_is_ascii(typed, on_record, fits):
    known = addresses.parse(on_record)
    assert addresses.parse(typed).fits(known.key, known.lowered) is fits
