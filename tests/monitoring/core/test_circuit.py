"""Many mailboxes of one host failing together are the host's trouble."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.monitoring.core import circuit
from keyturn.monitoring.core.circuit import Host


@pytest.mark.mission("M1.4")
@pytest.mark.parametrize(
    ("watched", "lately", "held"),
    [
        (4, 4, False),
        (5, 4, False),
        (5, 5, True),
        (25, 4, False),
        (25, 5, True),
        (100, 19, False),
        (100, 20, True),
        (1000, 199, False),
        (1000, 1000, True),
    ],
)
def test_held_from_a_fifth_of_them_and_five_at_least(watched, lately, held):
    assert circuit.is_held(Host(watched, lately, lately), was_held=False) is held


@pytest.mark.parametrize(
    ("watched", "failing", "held"), [(5, 3, True), (5, 2, False), (100, 10, True), (100, 9, False), (5, 0, False)]
)
def test_released_when_fewer_than_half_as_many_fail(watched, failing, held):
    assert circuit.is_held(Host(watched, 0, failing), was_held=True) is held


def test_an_outage_of_many_hours_stays_held_though_none_began_lately():
    assert circuit.is_held(Host(1000, lately=0, failing=1000), was_held=True)
    assert not circuit.is_held(Host(1000, lately=0, failing=1000), was_held=False)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_what_began_it_does_not_end_it_at_once(watched, failing):
    host = Host(watched, failing, failing)
    if circuit.is_held(host, was_held=False):
        assert circuit.is_held(host, was_held=True)


@given(st.integers(0, 10**6))
def test_a_host_where_nothing_fails_is_never_held(watched):
    assert not circuit.is_held(Host(watched, 0, 0), was_held=True)
    assert not circuit.is_held(Host(watched, 0, 0), was_held=False)
