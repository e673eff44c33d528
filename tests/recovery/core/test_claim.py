"""Claims and references: what strangers type, read once and never trusted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.recovery.core import claim, reference
from keyturn.recovery.core.claim import Claim, ClaimRefused


def test_a_claim_is_read_into_its_canonical_spelling():
    read = claim.read(email=" Mara@MOVERS.example ", phone="(415) 555-0101")
    assert read == Claim(email="Mara@movers.example", phone="+14155550101")


@pytest.mark.parametrize(
    "typed, field, reason",
    [
        ({"email": "mara"}, "email", "not_an_address"),
        ({"email": "a@b@c.example\x00"}, "email", "control_character"),
        ({"phone": "+1 415 555 0101 ext. 5"}, "phone", "has_extension"),
        ({"phone": "call me"}, "phone", "not_a_number"),
        ({"identifier": "   "}, "identifier", "empty"),
        ({"identifier": "x" * 10**6}, "identifier", "too_long"),
        ({"identifier": "mara\u202e"}, "identifier", "control_character"),
        ({"identifier": "\ud800"}, "identifier", "not_unicode"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_field(typed, field, reason):
    with pytest.raises(ClaimRefused) as refused:
        claim.read(**typed)
    assert (refused.value.field, refused.value.reason) == (field, reason)


@pytest.mark.parametrize(
    "said, masked",
    [
        (Claim(email="mara@movers.example"), "m***@m***.example"),
        (Claim(email="mara@movers.example", phone="+14155550101"), "m***@m***.example •••01"),
        (Claim(identifier="driver-7"), "d***"),
        (Claim(identifier="mara@movers.example"), "m***@m***.example"),
    ],
)
def test_the_request_log_keeps_a_mask(said, masked):
    assert said.masked == masked


def test_a_claim_does_not_show_in_a_traceback():
    assert "mara" not in repr(Claim(email="mara@movers.example"))


@given(st.builds(reference.draw))
def test_a_reference_is_understood_however_it_is_spelled(drawn):
    assert reference.read(drawn) == drawn
    assert reference.read(drawn.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == drawn


@pytest.mark.parametrize("typed", ["", "7K3M", "7K3M-0QZPX", "7K3M-0QZU", "\x00", "x" * 10**6, "\uff17K3M-0QZP"])
def test_what_is_no_reference(typed):
    assert reference.read(typed) is None
