"""The desk's decision, as a table and for everything that can be said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.recovery.core.desk import CallerCheck, DeskFacts, SecondOperator, Stop, stop

FACTS = st.builds(
    DeskFacts,
    own_rank=st.sampled_from([10, 20, 30, 40, 50]),
    persons_rank=st.sampled_from([0, 10, 20, 30, 40]),
    caller_check=st.sampled_from(list(CallerCheck)),
    is_checked=st.booleans(),
    second_operator=st.sampled_from(list(SecondOperator)),
    is_marked=st.booleans(),
    has_fresh_address=st.booleans(),
    is_approved=st.booleans(),
)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, None),
        ({"persons_rank": 10}, None),
        ({"persons_rank": 20}, Stop.OUTRANKED),
        ({"persons_rank": 30, "is_checked": True, "is_approved": True}, Stop.OUTRANKED),
        ({"caller_check": "recommended"}, None),
        ({"caller_check": "required"}, Stop.CHECK_FIRST),
        ({"caller_check": "required", "is_checked": True}, None),
        ({"second_operator": "marked"}, None),
        ({"second_operator": "marked", "is_marked": True}, Stop.SECOND_FIRST),
        ({"second_operator": "all"}, Stop.SECOND_FIRST),
        ({"second_operator": "all", "is_approved": True}, None),
        ({"second_operator": "off", "is_marked": True}, None),
        ({"has_fresh_address": True}, Stop.SECOND_FIRST),
        ({"has_fresh_address": True, "is_approved": True}, None),
    ],
)
def test_the_first_thing_that_is_missing(facts, expected):
    assert stop(DeskFacts(own_rank=20, **facts)) is expected


@given(FACTS)
def test_nobody_goes_on_who_is_outranked_unchecked_or_alone(facts):
    if stop(facts) is None:
        assert facts.own_rank > facts.persons_rank
        assert facts.is_checked or facts.caller_check != CallerCheck.REQUIRED
        assert facts.is_approved or not facts.needs_second
