"""Which strings find somebody, and when two are the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.people import identifiers


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("mara@movers.example", "mara@movers.example"),
        ("MARA@Movers.Example", "mara@movers.example"),
        ("  mara@movers.example ", "mara@movers.example"),
        ("Driver7", "driver7"),
        ("mara lind", "mara lind"),
        ("mara@büro.example", "mara@xn--bro-hoa.example"),
        ("İstanbul", "İstanbul"),  # no folding beyond ASCII: CVE-2019-19844
        ("MARÁ", "marÁ"),
        ("Mara\u0301", "mará"),
    ],
)
def test_identifiers_that_are_the_same_have_one_key(typed, kept):
    assert identifiers.key(typed) == kept


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("x" * 255, "too_long"),
        ("x" * 1_000_000, "too_long"),
        ("mara\x00", "control_character"),
        ("mara\u202e", "control_character"),
        ("mara\nlind", "control_character"),
        ("mara\ud800", "not_unicode"),
    ],
)
def test_what_cannot_be_kept_finds_nobody(typed, reason):
    with pytest.raises(identifiers.IdentifierRefused) as refused:
        identifiers.key(typed)
    assert refused.value.reason == reason


@given(st.text(max_size=300))
def test_a_key_is_its_own_key(typed):
    try:
        key = identifiers.key(typed)
    except identifiers.IdentifierRefused:
        return
    assert identifiers.key(key) == key


@pytest.mark.mission("M4.1")
@pytest.mark.parametrize(
    ("typed", "pattern", "well_formed"),
    [
        ("mara@movers.example", "", True),
        ("driver7", "", True),
        ("mara@", "", False),
        ("", "", False),
        ("mara\x00", "", False),
        ("D1234", r"D\d{4}", True),
        ("D12345", r"D\d{4}", False),
        ("mara@movers.example", r"D\d{4}", False),
    ],
)
def test_a_well_formed_identifier_is_told_without_looking_anybody_up(typed, pattern, well_formed):
    assert identifiers.well_formed(typed, pattern) is well_formed
