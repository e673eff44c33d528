"""May this operator have this PIN mailed there?"""

from dataclasses import replace

import pytest

from keyturn.enrollment.core.mailing import MailingFacts, Stop, stop

PLAIN = MailingFacts(own_rank=30, owners_rank=0, is_pin_alive=True, is_own_address=False, is_elevated=False)
ELEVATED = replace(PLAIN, is_elevated=True)


@pytest.mark.mission("M2.8")
@pytest.mark.parametrize(
    "facts, expected",
    [
        (PLAIN, None),
        (replace(PLAIN, is_own_address=True), None),
        (ELEVATED, Stop.SECOND_FIRST),
        (replace(ELEVATED, is_approved=True), None),
        (replace(ELEVATED, is_own_address=True), None),
        (replace(ELEVATED, is_pin_alive=False, is_approved=True), Stop.PIN_OVER),
        (replace(PLAIN, owners_rank=30), Stop.OUTRANKED),
        (replace(PLAIN, owners_rank=40, is_pin_alive=False), Stop.OUTRANKED),
        (replace(PLAIN, owners_rank=20), None),
    ],
)
def test_what_stands_in_the_way(facts, expected):
    assert stop(facts) is expected
