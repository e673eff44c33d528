"""Claims and references: what strangers said, and the word by which staff find it."""

import re

import pytest

from keyturn.recovery.core import reference
from keyturn.recovery.core.claim import Claim


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


def test_references_are_drawn_apart_and_can_be_said():
    drawn = {reference.draw() for _ in range(2000)}
    assert len(drawn) == 2000
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", one) for one in drawn)
