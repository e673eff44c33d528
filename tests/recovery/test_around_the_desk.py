"""What an operator tries in order to go around what stands before a reset: own addresses, old agreements."""

from datetime import timedelta

import pytest

from keyturn.lib import clock
from keyturn.operators.models import Operator
from keyturn.outbox.models import Message
from keyturn.people import changes
from keyturn.people.changes import NewPerson, NewPhone
from keyturn.people.models import Address, Person
from keyturn.recovery import agreeing, approvals, caller_check
from keyturn.recovery.by_operator import Sent, send_link
from keyturn.recovery.caller_check import Begun, NotThere
from keyturn.recovery.models import Approval, Recovery
from tests.recovery.acts import recover
from tests.recovery.desk import caller, operator, sends_code, set_tenant, wish

OTTOS_OWN = "otto@elsewhere.example"
TWO_NEEDED = [{"second_operator": "all"}, {"second_operator": "marked"}, {"caller_check": "required"}]


def changed_by(mara, otto, email=OTTOS_OWN):
    changes.set_email(mara, email, clock.now(), actor=f"operator:{otto.pk}")


def test_no_code_goes_where_an_operator_has_just_pointed(mara, otto):
    changed_by(mara, otto)
    changes.set_phones(mara, (NewPhone("+14155550177", "sms"),), clock.now(), actor=f"operator:{otto.pk}")
    assert [sends_code(mara, otto, kind) for kind in (Address.EMAIL, Address.PHONE)] == [NotThere(), NotThere()]
    assert not Message.objects.exists()
    Address.objects.update(set_by_operator_at=clock.now() - timedelta(hours=24))
    assert isinstance(sends_code(mara, otto), Begun)


def test_control_without_that_moment_one_would(mara, otto):
    changed_by(mara, otto)
    Address.objects.update(set_by_operator_at=None)
    assert isinstance(sends_code(mara, otto), Begun)


def test_somebody_who_is_new_can_be_asked_at_once(in_movers, otto):
    new = NewPerson("ann", "Ann", email="ann@movers.example")
    ann = changes.create(new, clock.now(), actor=f"operator:{otto.pk}")
    assert [one.raw for one in caller_check.places(caller(ann, otto), clock.now())] == ["ann@movers.example"]


@pytest.mark.parametrize("setting", TWO_NEEDED, ids=str)
def test_nor_does_the_portal_write_there_where_one_operator_may_not_reset(mara, account, otto, in_movers, setting):
    set_tenant(in_movers, **setting)
    Person.objects.update(needs_second_operator=True)
    changed_by(mara, otto)
    assert recover(in_movers, email=OTTOS_OWN).reason == "address_fresh"
    Address.objects.update(set_by_operator_at=clock.now() - timedelta(hours=24))
    assert recover(in_movers, email=OTTOS_OWN).state == Recovery.OPEN


def test_nobody_agrees_to_an_address_that_was_changed_after_it_was_asked(mara, account, otto, olga, in_movers):
    set_tenant(in_movers, second_operator="all")
    asked = approvals.ask(wish(mara, otto), clock.now())
    changed_by(mara, otto)
    assert agreeing.agree(asked, olga, clock.now()) == agreeing.NotYours()
    assert approvals.waiting(clock.now()) == [] and not Recovery.objects.exists()
    again = approvals.ask(wish(mara, otto), clock.now())
    assert again != asked and isinstance(agreeing.agree(again, olga, clock.now()), Sent)


def test_an_agreement_ends_when_the_person_is_changed(mara, account, otto, olga, in_movers):
    set_tenant(in_movers, second_operator="all")
    asked = approvals.ask(wish(mara, otto), clock.now())
    assert approvals.agree(asked, olga, clock.now())
    changed_by(mara, otto)
    assert approvals.granted(wish(mara, otto), clock.now()) is None
    with pytest.raises(approvals.Spent):
        approvals.spend(asked, clock.now())
    assert not isinstance(send_link(wish(mara, otto), clock.now()), Sent)


def test_control_without_that_look_the_link_would_go_there(mara, account, otto, olga, in_movers, monkeypatch):
    set_tenant(in_movers, second_operator="all")
    asked = approvals.ask(wish(mara, otto), clock.now())
    changed_by(mara, otto)
    Person.objects.update(updated_at=None)
    sent = agreeing.agree(asked, olga, clock.now())
    assert isinstance(sent, Sent) and sent.masked.startswith("o")


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "auditor"}], ids=str)
def test_who_may_not_reset_any_more_gets_nothing_agreed(mara, account, otto, olga, in_movers, change):
    set_tenant(in_movers, second_operator="all")
    asked = approvals.ask(wish(mara, otto), clock.now())
    Operator.objects.filter(pk=otto.pk).update(**change)
    assert agreeing.agree(asked, olga, clock.now()) == agreeing.NotYours()
    assert Approval.objects.get().state == Approval.OPEN and not Message.objects.exists()


def test_control_a_third_ones_wish_is_agreed_to(mara, account, olga, in_movers):
    set_tenant(in_movers, second_operator="all")
    asked = approvals.ask(wish(mara, operator(in_movers, "ida")), clock.now())
    assert isinstance(agreeing.agree(asked, olga, clock.now()), Sent)
