"""The policy, by tables and by every combination that Hypothesis can think of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.recovery.core import policy
from keyturn.recovery.core.facts import Destination, DirectoryFacts, Facts, Method, PersonFacts, TenantFacts
from keyturn.recovery.core.policy import (
    POLICY,
    Allowed,
    Channel,
    Outcome,
    Reason,
    Refused,
    decide,
    explain,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LINK = Facts()
TEMPORARY = Facts(method=Method.TEMPORARY_PASSWORD)
WITH_SMS = replace(TEMPORARY, sms=Destination())
AN_HOUR_AGO, LONG_AGO = NOW - timedelta(hours=1), NOW - timedelta(hours=24)
HOLDS_ONE = DirectoryFacts(can_hold_pending=False)


def test_when_nothing_stands_in_the_way():
    assert decide(LINK, NOW) == Allowed((Channel.EMAIL,))
    assert decide(TEMPORARY, NOW) == Allowed((Channel.EMAIL,))
    assert decide(WITH_SMS, NOW) == Allowed((Channel.EMAIL, Channel.SMS))


def test_a_link_never_goes_by_sms():
    assert decide(replace(LINK, sms=Destination()), NOW) == Allowed((Channel.EMAIL,))


REFUSALS = {
    Reason.TENANT_SUSPENDED: {"tenant": TenantFacts(is_active=False)},
    Reason.ASKED_TOO_OFTEN: {"is_over_limit": True},
    Reason.PERSON_UNKNOWN: {"person": None, "email": None},
    Reason.PERSON_INACTIVE: {"person": PersonFacts(is_active=False)},
    Reason.NO_EMAIL: {"person": PersonFacts(has_email=False), "email": None},
    Reason.EMAIL_NOT_ON_RECORD: {"email": None},
    Reason.EMAIL_MAY_NOT_RECEIVE: {"email": Destination(may_receive=False)},
    Reason.EMAIL_BOUNCED: {"email": Destination(has_bounced=True)},
    Reason.ADDRESS_FRESH: {"email": Destination(set_by_person_at=AN_HOUR_AGO)},
    Reason.NO_ACCOUNT: {"person": PersonFacts(has_account=False)},
    Reason.TOO_MANY_TO_ACCOUNT: {"person": PersonFacts(is_written_to_too_often=True)},
    Reason.TOO_MANY_TO_DESTINATION: {"email": Destination(is_written_to_too_often=True)},
}


@pytest.mark.mission("M0.9", "M0.10")
@pytest.mark.parametrize("facts", [LINK, TEMPORARY, WITH_SMS], ids=["link", "temporary", "with SMS"])
@pytest.mark.parametrize("reason", REFUSALS)
def test_each_rule_has_its_reason(facts, reason):
    assert decide(replace(facts, **REFUSALS[reason]), NOW) == Refused(reason)


@pytest.mark.mission("M0.7", "M0.8")
@pytest.mark.parametrize(
    "facts, decision",
    [
        (replace(LINK, tenant=TenantFacts(allows_link=False)), Refused(Reason.METHOD_DISALLOWED)),
        (replace(LINK, tenant=TenantFacts(allows_temporary_password=False)), Allowed((Channel.EMAIL,))),
        (replace(TEMPORARY, tenant=TenantFacts(allows_temporary_password=False)), Refused(Reason.METHOD_DISALLOWED)),
        (replace(TEMPORARY, tenant=TenantFacts(allows_link=False)), Allowed((Channel.EMAIL,))),
        (replace(TEMPORARY, person=PersonFacts(allows_temporary_password=False)), Refused(Reason.PERSON_DISALLOWED)),
        (replace(LINK, person=PersonFacts(allows_temporary_password=False)), Allowed((Channel.EMAIL,))),
        (replace(TEMPORARY, directory=HOLDS_ONE), Refused(Reason.DIRECTORY_HOLDS_ONE)),
        (replace(TEMPORARY, directory=replace(HOLDS_ONE, can_restore=True)), Allowed((Channel.EMAIL,))),
        (replace(LINK, directory=HOLDS_ONE), Allowed((Channel.EMAIL,))),
    ],
)
def test_each_switch_rules_its_own_way_back_in(facts, decision):
    assert decide(facts, NOW) == decision


@pytest.mark.parametrize(
    "set_at, fresh_for, is_refused",
    [
        (None, 24, False),
        (NOW, 24, True),
        (LONG_AGO + timedelta(seconds=1), 24, True),
        (LONG_AGO, 24, False),
        (AN_HOUR_AGO, 0, False),
        (NOW - timedelta(days=6), 168, True),
    ],
)
def test_an_address_is_fresh_for_the_tenants_hours(set_at, fresh_for, is_refused):
    tenant = TenantFacts(fresh_for=timedelta(hours=fresh_for))
    facts = replace(LINK, tenant=tenant, email=Destination(set_by_person_at=set_at))
    assert isinstance(decide(facts, NOW), Refused) is is_refused


@pytest.mark.parametrize(
    "number",
    [
        Destination(may_receive=False),
        Destination(has_bounced=True),
        Destination(is_written_to_too_often=True),
        Destination(set_by_person_at=AN_HOUR_AGO),
    ],
)
def test_a_number_that_cannot_be_used_costs_the_sms_not_the_email(number):
    assert decide(replace(WITH_SMS, sms=number), NOW) == Allowed((Channel.EMAIL,))


destinations = st.builds(
    Destination,
    may_receive=st.booleans(),
    has_bounced=st.booleans(),
    set_by_person_at=st.sampled_from([None, AN_HOUR_AGO, LONG_AGO]),
    is_written_to_too_often=st.booleans(),
)
any_facts = st.builds(
    Facts,
    method=st.sampled_from(Method),
    is_over_limit=st.booleans(),
    tenant=st.builds(
        TenantFacts,
        is_active=st.booleans(),
        allows_link=st.booleans(),
        allows_temporary_password=st.booleans(),
        allows_manual_entry=st.booleans(),
        fresh_for=st.just(timedelta(hours=24)),
    ),
    person=st.none()
    | st.builds(
        PersonFacts,
        is_active=st.booleans(),
        allows_temporary_password=st.booleans(),
        has_email=st.booleans(),
        has_account=st.booleans(),
        is_written_to_too_often=st.booleans(),
    ),
    email=st.none() | destinations,
    sms=st.none() | destinations,
    directory=st.builds(DirectoryFacts, can_hold_pending=st.booleans(), can_restore=st.booleans()),
)


@given(any_facts)
def test_the_explanation_is_the_decision(facts):
    decision, told = decide(facts, NOW), explain(facts, NOW)
    rules = policy.rules_of(facts.method)
    assert [name for name, _ in told] == [policy.name_of(rule) for rule in rules]
    refused = [name for name, outcome in told if outcome is Outcome.REFUSED]
    if isinstance(decision, Allowed):
        assert {outcome for _, outcome in told} == {Outcome.PASSED}
    else:
        at = [name for name, _ in told].index(*refused)
        assert {outcome for _, outcome in told[:at]} <= {Outcome.PASSED}
        assert {outcome for _, outcome in told[at + 1 :]} <= {Outcome.NOT_ASKED}
        assert decision.reason == rules[at](facts, NOW)


@given(any_facts)
def test_nobody_is_written_to_who_must_not_be(facts):
    decision = decide(facts, NOW)
    if isinstance(decision, Refused):
        return
    assert facts.person.is_active and facts.person.has_account and facts.tenant.is_active
    if facts.method is Method.MANUAL_ENTRY:
        assert facts.tenant.allows_manual_entry and decision.channels == ()
        return
    assert facts.email.may_receive and not facts.email.has_bounced and Channel.EMAIL in decision.channels
    if Channel.SMS in decision.channels:
        assert facts.method is Method.TEMPORARY_PASSWORD and facts.sms.may_receive
    if facts.method is Method.TEMPORARY_PASSWORD:
        assert facts.person.allows_temporary_password and facts.tenant.allows_temporary_password


def test_a_rule_taken_out_of_the_tuple_is_missed(monkeypatch):
    """The negative control of the property above: without a rule somebody gets through."""
    without = tuple(rule for rule in POLICY if rule is not policy.refuse_inactive_person)
    monkeypatch.setattr(policy, "POLICY", without)
    assert isinstance(decide(replace(LINK, person=PersonFacts(is_active=False)), NOW), Allowed)


def test_every_reason_belongs_to_one_rule():
    facts = [replace(TEMPORARY, **change) for change in REFUSALS.values()]
    facts += [
        replace(TEMPORARY, tenant=TenantFacts(allows_temporary_password=False)),
        replace(TEMPORARY, person=PersonFacts(allows_temporary_password=False)),
        replace(TEMPORARY, directory=HOLDS_ONE),
    ]
    by_rule = {rule: {reason for one in facts if (reason := rule(one, NOW))} for rule in POLICY}
    assert all(len(reasons) == 1 for reasons in by_rule.values())
    assert sorted(reason for reasons in by_rule.values() for reason in reasons) == sorted(Reason)
