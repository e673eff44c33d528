"""May somebody come on record with this PIN? By tables, and by every combination that Hypothesis can think of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.enrollment.core import facts as core
from keyturn.enrollment.core.facts import Door, Facts, Mode, PinFacts
from keyturn.enrollment.core.policy import POLICY, TOLD, Reason, decide
from keyturn.lib import addresses

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PIN = PinFacts(expires_at=NOW + timedelta(days=30))
PIA = addresses.parse("pia@movers.example")
GOOD = Facts(email=PIA, pin=PIN)


def test_when_nothing_stands_in_the_way():
    assert decide(GOOD, NOW) is None


REFUSALS = {
    Reason.TENANT_SUSPENDED: {"is_tenant_active": False},
    Reason.DOOR_CLOSED: {"mode": Mode.OFF},
    Reason.TOO_MANY_WRONG: {"has_guessed_too_often": True},
    Reason.PIN_WRONG: {"pin": None},
    Reason.PIN_ENDED: {"pin": replace(PIN, is_ended=True)},
    Reason.PIN_EXPIRED: {"pin": replace(PIN, expires_at=NOW)},
    Reason.PIN_SPENT: {"pin": replace(PIN, uses=1, is_ended=True)},
    Reason.OWNER_INACTIVE: {"pin": replace(PIN, is_owner_active=False, is_ended=True)},
    Reason.ADDRESS_NOT_INVITED: {"pin": replace(PIN, fixed_address="nils@movers.example")},
    Reason.DOMAIN_NOT_ADMITTED: {"pin": replace(PIN, domains=("labs.example",))},
    Reason.USERNAME_NOT_ALLOWED: {"is_username_allowed": False},
    Reason.TOO_MANY_TO_DESTINATION: {"is_written_to_too_often": True},
    Reason.USERNAME_TAKEN: {"is_username_taken": True},
    Reason.ADDRESS_TAKEN: {"is_address_taken": True},
}


@pytest.mark.mission("M2.13")
@pytest.mark.parametrize("reason", Reason)
def test_each_rule_has_its_reason(reason):
    assert decide(replace(GOOD, **REFUSALS[reason]), NOW) is reason


@pytest.mark.parametrize("rule", POLICY)
def test_without_a_rule_what_it_refuses_passes(rule, monkeypatch):
    """The negative control: no rule is covered by another."""
    reason = next(reason for reason, told in REFUSALS.items() if rule(replace(GOOD, **told), NOW) is reason)
    monkeypatch.setattr("keyturn.enrollment.core.policy.POLICY", tuple(one for one in POLICY if one is not rule))
    assert decide(replace(GOOD, **REFUSALS[reason]), NOW) is not reason


@pytest.mark.mission("M2.1")
@pytest.mark.parametrize(
    "mode, door, is_open",
    [
        (Mode.OFF, Door.WEB, False),
        (Mode.OFF, Door.API, False),
        (Mode.WEB, Door.WEB, True),
        (Mode.WEB, Door.API, False),
        (Mode.ALL, Door.WEB, True),
        (Mode.ALL, Door.API, True),
        ("whatever", Door.WEB, False),
        (Mode.ALL, "console", False),
    ],
)
def test_the_mode_says_which_doors_are_open(mode, door, is_open):
    assert core.is_open(mode, door) is is_open
    assert (decide(replace(GOOD, mode=mode, door=door), NOW) is None) is is_open


@pytest.mark.parametrize(
    "bound, typed, is_invited",
    [
        ("pia@movers.example", "pia@movers.example", True),
        ("pia@movers.example", "Pia@MOVERS.example", True),
        ("pia@movers.example", "pia@labs.example", False),
        ("pia@movers.example", "pia+1@movers.example", False),
        ("p\u00eda@movers.example", "p\u00eda@movers.example", True),
        ("p\u00eda@movers.example", "P\u00eda@movers.example", False),
        ("pia@movers.example", "p\u0456a@movers.example", False),
    ],
)
def test_a_pin_for_one_address_invites_that_one(bound, typed, is_invited):
    assert replace(PIN, fixed_address=bound).invites(addresses.parse(typed)) is is_invited


@pytest.mark.parametrize(
    "domains, typed, is_admitted",
    [
        ((), "pia@anything.example", True),
        (("movers.example",), "pia@Movers.Example", True),
        (("movers.example",), "pia@sub.movers.example", False),
        (("movers.example",), "pia@notmovers.example", False),
        (("movers.example",), "pia@movers.example.evil.example", False),
        (("xn--mvers-jua.example",), "pia@m\u00f6vers.example", True),
        (("movers.example", "labs.example"), "pia@labs.example", True),
    ],
)
def test_a_pin_for_some_domains_admits_those(domains, typed, is_admitted):
    assert replace(PIN, domains=domains).admits(addresses.parse(typed)) is is_admitted


_PINS = st.builds(
    PinFacts,
    expires_at=st.sampled_from([NOW - timedelta(days=1), NOW, NOW + timedelta(days=1)]),
    uses=st.integers(0, 3),
    max_uses=st.integers(1, 3),
    is_ended=st.booleans(),
    is_owner_active=st.booleans(),
    domains=st.sampled_from([(), ("movers.example",), ("labs.example",)]),
    fixed_address=st.sampled_from(["", "pia@movers.example", "nils@movers.example"]),
)
_FACTS = st.builds(
    Facts,
    email=st.just(PIA),
    mode=st.sampled_from(Mode),
    door=st.sampled_from(Door),
    pin=st.none() | _PINS,
    **{
        name: st.booleans()
        for name in "is_tenant_active has_guessed_too_often is_username_allowed is_username_taken".split()
    },
)


@given(_FACTS)
def test_whoever_comes_in_has_a_living_pin_with_a_use_left_through_an_open_door(facts):
    if decide(facts, NOW) is not None:
        return
    pin = facts.pin
    assert pin and not pin.is_ended and pin.is_owner_active and pin.uses < pin.max_uses and pin.expires_at > NOW
    assert facts.is_tenant_active and core.is_open(facts.mode, facts.door) and not facts.has_guessed_too_often
    assert pin.invites(PIA) and pin.admits(PIA)


@given(_FACTS)
def test_nobody_is_written_to_who_had_no_living_pin(facts):
    """Only what is taken is told, by mail, and only after the PIN passed every rule of its own."""
    if decide(facts, NOW) in TOLD:
        assert decide(replace(facts, is_username_taken=False, is_address_taken=False), NOW) is None
