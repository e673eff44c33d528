"""Two operators: one asks, another agrees within the hour, and the person hears both names."""

from datetime import timedelta

import pytest

from keyturn.audit.models import Event
from keyturn.lib import clock
from keyturn.outbox.models import Message
from keyturn.people.models import Address, Person
from keyturn.recovery import agreeing, approvals, desk, manual_entry
from keyturn.recovery.by_operator import Sent, send_link
from keyturn.recovery.core.facts import Method
from keyturn.recovery.core.policy import Reason, Refused
from keyturn.recovery.models import Approval, Recovery
from tests.recovery import acts
from tests.recovery.desk import TOLD, is_checked, operator, set_tenant, wish


@pytest.fixture
def two_needed(in_movers):
    set_tenant(in_movers, second_operator="all")


def asks(mara, by, **more) -> object:
    return approvals.ask(wish(mara, by, **more), clock.now())


def agrees(approval, second, now=None) -> object:
    return agreeing.agree(approval, second, now or clock.now())


@pytest.mark.parametrize(("setting", "marked", "alone"), [
    ("off", True, True), ("marked", False, True), ("marked", True, False), ("all", False, False),
])  # fmt: skip
def test_for_whom_two_are_needed(mara, account, otto, in_movers, setting, marked, alone):
    set_tenant(in_movers, second_operator=setting)
    Person.objects.update(needs_second_operator=marked)
    assert isinstance(send_link(wish(mara, otto), clock.now()), Sent if alone else desk.SecondFirst)
    assert (asks(mara, otto) is None) is alone


def test_agreeing_sends_the_link_and_names_both(mara, account, otto, olga, two_needed):
    approval = asks(mara, otto)
    assert not Message.objects.exists()
    assert isinstance(agrees(approval, olga), Sent)
    row = Recovery.objects.get()
    assert (row.asked_by, row.approved_by) == (f"operator:{otto.pk}", f"operator:{olga.pk}")
    told = Message.objects.filter(purpose="reset_by_operator")
    assert acts.MARAS_EMAIL in set(told.values_list("address__raw", flat=True))
    assert {acts.values_of(one)["OPERATORS"] for one in told} == {"otto, olga"}
    assert Approval.objects.get().state == Approval.USED


def test_an_agreement_counts_once(mara, account, otto, olga, two_needed):
    approval = asks(mara, otto)
    agrees(approval, olga)
    assert agrees(approval, operator(mara.tenant, "ida")) == agreeing.NotYours()
    assert isinstance(send_link(wish(mara, otto), clock.now()), desk.SecondFirst)


def test_nobody_agrees_to_their_own_wish(mara, account, otto, two_needed):
    assert agrees(asks(mara, otto), otto) == agreeing.NotYours()


def test_control_without_that_condition_otto_would_be_two(mara, account, otto, two_needed, monkeypatch):
    approval = asks(mara, otto)
    approval.operator_id = None  # as if nobody asked
    Approval.objects.update(operator_id="00000000-0000-0000-0000-000000000000")
    assert approvals.agree(approval, otto, clock.now())


def test_it_ends_after_an_hour(mara, account, otto, olga, two_needed):
    approval = asks(mara, otto)
    assert agrees(approval, olga, clock.now() + timedelta(minutes=61)) == agreeing.NotYours()
    assert asks(mara, otto) == approval
    Approval.objects.update(expires_at=clock.now())
    assert asks(mara, otto) != approval


def test_whoever_is_outranked_may_not_agree_either(mara, account, otto, olga, two_needed, in_movers):
    approval = asks(mara, otto)
    operator(in_movers, "mara", "helpdesk")
    assert agrees(approval, olga) == desk.Outranked()


@pytest.mark.parametrize("who", ["otto", "olga"])
def test_declined_or_taken_back_it_comes_to_nothing(mara, account, otto, olga, two_needed, who):
    approval = asks(mara, otto)
    assert approvals.decline(approval, {"otto": otto, "olga": olga}[who], clock.now())
    assert agrees(approval, olga) == agreeing.NotYours()
    assert Event.objects.filter(action="approval.declined").count() == 1


def test_the_address_that_was_changed_just_now_is_used_when_two_agree(mara, account, otto, olga):
    Address.objects.filter(is_main=True).update(set_by_person_at=clock.now())
    approval = asks(mara, otto)
    assert isinstance(agrees(approval, olga), Sent)


def test_nobody_is_asked_to_agree_to_what_cannot_be(mara, account, otto, two_needed):
    Address.objects.filter(is_main=True).update(bounced_at=clock.now())
    assert asks(mara, otto) == Refused(Reason.EMAIL_BOUNCED)


def test_where_both_are_required_the_check_comes_first_and_is_kept(mara, account, otto, olga, two_needed, in_movers):
    set_tenant(in_movers, caller_check="required")
    assert asks(mara, otto) == desk.CheckFirst()
    is_checked(mara, otto)
    assert isinstance(agrees(asks(mara, otto), olga), Sent)
    assert Recovery.objects.get().caller_checked


def test_a_password_is_typed_by_the_one_who_asked_once(mara, account, otto, olga, two_needed):
    enter = lambda by: manual_entry.enter(wish(mara, by), manual_entry.Entry(TOLD), clock.now())  # noqa: E731
    assert isinstance(enter(otto), desk.SecondFirst)
    approval = asks(mara, otto, method=Method.MANUAL_ENTRY)
    assert agrees(approval, olga) == agreeing.Agreed()
    assert isinstance(enter(olga), desk.SecondFirst)
    assert isinstance(enter(otto), manual_entry.Entered)
    assert isinstance(enter(otto), desk.SecondFirst)


def test_the_list_of_what_waits(mara, account, otto, olga, two_needed):
    approval = asks(mara, otto)
    assert approvals.waiting(clock.now()) == [approval]
    agrees(approval, olga)
    assert approvals.waiting(clock.now()) == []


def test_the_list_says_when_an_operator_set_an_address(mara, account, otto, two_needed):
    asks(mara, otto)
    assert approvals.waiting(clock.now())[0].corrected_at is None
    moment = clock.now()
    Address.objects.filter(is_main=True).update(set_by_operator_at=moment)
    assert approvals.waiting(clock.now())[0].corrected_at == moment
    Address.objects.update(told_until=moment)  # taken off record meanwhile: says nothing about where mail goes now
    assert approvals.waiting(clock.now())[0].corrected_at is None
