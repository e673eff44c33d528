"""Reset password, Yes: a link goes to the address on record, under every guard rail of the desk (C85)."""

import json
from datetime import timedelta

import pytest

from keyturn.audit.models import Event
from keyturn.directories.base import DirectoryUnreachable, Verdict
from keyturn.directories.connectors.builtin import Builtin
from keyturn.directories.models import Account
from keyturn.lib import clock
from keyturn.outbox.models import Message
from keyturn.people import changes
from keyturn.people.models import Address, Person
from keyturn.recovery import by_operator, desk, redeem
from keyturn.recovery.by_operator import DirectoryDown, Sent, send_link
from keyturn.recovery.core.policy import Reason, Refused
from keyturn.recovery.models import Recovery, Ticket
from tests.recovery import acts
from tests.recovery.desk import WHY, is_checked, operator, set_tenant, wish


def sends(person, by, **more) -> object:
    return send_link(wish(person, by, **more), clock.now())


def signs_in(password: str) -> bool:
    return Builtin().verify(Account.objects.get(), password) is Verdict.ACCEPTED


@pytest.mark.mission("M3.2")
def test_yes_sends_link_and_code_to_the_address_on_record(mara, account, otto):
    sent = sends(mara, otto)
    assert isinstance(sent, Sent) and sent.masked == "m***@m***.example"
    message = Message.objects.get(purpose="recovery_link")
    assert message.address.raw == acts.MARAS_EMAIL
    assert isinstance(acts.redeems(*acts.link_and_code()), redeem.Redeemed)


@pytest.mark.mission("M3.2", "M0.20")
def test_the_request_log_says_who_asked_and_why(mara, account, otto):
    sends(mara, otto)
    row = Recovery.objects.get()
    assert (row.door, row.asked_by, row.note, row.person) == ("console", f"operator:{otto.pk}", WHY, mara)
    assert row.state == Recovery.OPEN and row.channels == ["email"] and not row.caller_checked
    event = Event.objects.get(action="reset.sent")
    assert event.actor == f"operator:{otto.pk}" and event.subject == f"person:{mara.pk}"
    assert event.data["note"] == WHY and event.data["reference"] == row.reference


def test_nothing_that_was_drawn_is_in_what_the_operator_gets_or_the_record_keeps(mara, account, otto):
    sent = sends(mara, otto)
    token, code = acts.link_and_code()
    kept = json.dumps(
        [repr(sent), list(Event.objects.values("data", "reason")), list(Recovery.objects.values())], default=str
    )
    assert token not in kept and token[16:] not in kept and code not in kept


@pytest.mark.mission("M3.2")
def test_her_other_addresses_hear_which_operator_it_was(mara, account, otto):
    changes.set_other_addresses(mara, ("home@mara.example",), clock.now())
    sends(mara, otto)
    told = Message.objects.filter(purpose="reset_by_operator")
    assert sorted(told.values_list("address__raw", flat=True)) == sorted(["home@mara.example", acts.MARAS_PHONE])
    assert {acts.values_of(one)["OPERATORS"] for one in told} == {"otto"}


def test_what_operators_send_counts_against_them_alone(mara, account, otto, in_movers):
    for _ in range(5):
        assert isinstance(sends(mara, otto), Sent)
    assert acts.recover(in_movers).state == Recovery.OPEN
    assert Ticket.objects.filter(state=Ticket.OPEN).count() == 1


def test_her_own_limits_do_not_bind_the_operator(mara, account, otto, in_movers):
    for _ in range(4):
        acts.recover(in_movers)
    assert Recovery.objects.latest("created_at").reason == Reason.TOO_MANY_TO_ACCOUNT
    assert isinstance(sends(mara, otto), Sent)


def test_the_switch_for_asking_oneself_does_not_bind_the_operator(mara, account, otto, in_movers):
    set_tenant(in_movers, allow_password_reset_via_email=False)
    assert isinstance(sends(mara, otto), Sent)


@pytest.mark.parametrize(("setting", "window"), [("resets_per_hour", 1), ("resets_per_day", 24)])
def test_an_operator_has_a_cap(mara, account, otto, olga, in_movers, setting, window):
    set_tenant(in_movers, **{setting: 2})
    assert [type(sends(mara, otto)) for _ in range(3)] == [Sent, Sent, desk.TooMany]
    assert Recovery.objects.count() == 2
    assert isinstance(sends(mara, olga), Sent)
    later = clock.now() + timedelta(hours=window, minutes=1)
    assert isinstance(send_link(wish(mara, otto), later), Sent)


def test_control_without_the_place_there_is_no_cap(mara, account, otto, in_movers, monkeypatch):
    set_tenant(in_movers, resets_per_hour=2)
    monkeypatch.setattr(desk, "take_place", lambda wish, now: None)
    assert [type(sends(mara, otto)) for _ in range(3)] == [Sent, Sent, Sent]


def test_ten_in_an_hour_raise_one_alarm(mara, account, otto):
    for _ in range(9):
        sends(mara, otto)
    assert not Event.objects.filter(action="resets.flooded").exists()
    for _ in range(3):
        sends(mara, otto)
    assert Event.objects.filter(action="resets.flooded", actor=f"operator:{otto.pk}").count() == 1


def becomes_operator(mara, role):
    operator(mara.tenant, "mara", role)  # with Mara's address


@pytest.mark.parametrize(
    ("role", "answer"), [("auditor", Sent), ("helpdesk", desk.Outranked), ("owner", desk.Outranked)]
)
def test_nobody_resets_an_equal_or_a_superior(mara, account, otto, role, answer):
    becomes_operator(mara, role)
    assert isinstance(sends(mara, otto), answer)


def test_control_without_the_rank_the_owner_would_be_reset(mara, account, otto, monkeypatch):
    becomes_operator(mara, "owner")
    monkeypatch.setattr(desk.ranks, "of_addresses", lambda lowered: 0)
    assert isinstance(sends(mara, otto), Sent)


def test_where_the_caller_check_is_required_there_is_no_reset_without(mara, account, otto, olga, in_movers):
    set_tenant(in_movers, caller_check="required")
    assert sends(mara, otto) == desk.CheckFirst()
    is_checked(mara, otto)
    assert sends(mara, olga) == desk.CheckFirst()  # it was Otto whom the caller told
    assert isinstance(sends(mara, otto), Sent)
    assert Recovery.objects.get().caller_checked
    assert sends(mara, otto) == desk.CheckFirst()  # it counts once


def test_a_check_counts_for_a_quarter_of_an_hour(mara, account, otto, in_movers):
    set_tenant(in_movers, caller_check="required")
    is_checked(mara, otto)
    assert send_link(wish(mara, otto), clock.now() + timedelta(minutes=16)) == desk.CheckFirst()


def test_where_it_is_recommended_the_record_says_whether_it_was_done(mara, account, otto, in_movers):
    set_tenant(in_movers, caller_check="recommended")
    sends(mara, otto)
    is_checked(mara, otto)
    sends(mara, otto)
    assert list(Recovery.objects.order_by("created_at").values_list("caller_checked", flat=True)) == [False, True]


def test_an_address_that_she_changed_just_now_needs_a_second_operator(mara, account, otto):
    Address.objects.filter(is_main=True).update(set_by_person_at=clock.now() - timedelta(hours=1))
    assert sends(mara, otto) == desk.SecondFirst(is_fresh=True)
    Address.objects.filter(is_main=True).update(set_by_person_at=clock.now() - timedelta(hours=25))
    assert isinstance(sends(mara, otto), Sent)


def test_an_address_that_an_operator_corrected_does_not(mara, account, otto):
    changes.set_email(mara, "mara.lind@movers.example", clock.now(), actor=f"operator:{otto.pk}")
    assert isinstance(sends(mara, otto), Sent)


def she_left(mara):
    changes.set_status(mara, Person.INACTIVE, clock.now())


def her_email_came_back(mara):
    Address.objects.filter(is_main=True).update(bounced_at=clock.now())


def she_has_no_email(mara):
    changes.set_email(mara, "", clock.now())


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        (she_left, Reason.PERSON_INACTIVE),
        (her_email_came_back, Reason.EMAIL_BOUNCED),
        (she_has_no_email, Reason.NO_EMAIL),
    ],
)
def test_the_policy_of_every_request_decides_here_too(mara, account, otto, when, reason):
    when(mara)
    assert sends(mara, otto) == Refused(reason)
    assert not Message.objects.exists() and not Event.objects.filter(action="reset.sent").exists()


@pytest.mark.mission("M4.8")
def test_a_user_name_that_is_no_address_goes_the_same_way(mara, account, otto):
    Person.objects.update(identifier="mara.lind", identifier_key="mara.lind")
    assert isinstance(sends(mara, otto), Sent)


def test_compromised_ends_the_old_password_and_every_session_at_once(mara, account, otto):
    sent = sends(mara, otto, is_compromised=True)
    assert isinstance(sent, Sent)
    assert not signs_in(acts.MARAS_PASSWORD) and Account.objects.get().credential_epoch == 1
    assert Event.objects.get(action="password.changed").reason == "compromised"
    assert isinstance(acts.redeems(*acts.link_and_code()), redeem.Redeemed)
    assert signs_in(acts.NEW_PASSWORD)


@pytest.mark.mission("M0.4")
def test_otherwise_the_old_password_works_until_there_is_a_new_one(mara, account, otto):
    sends(mara, otto)
    assert signs_in(acts.MARAS_PASSWORD) and Account.objects.get().credential_epoch == 0


def test_compromised_while_the_directory_is_down_changes_and_sends_nothing(mara, account, otto, monkeypatch):
    def silent(self, account, new):
        raise DirectoryUnreachable

    monkeypatch.setattr(Builtin, "reach_out", silent)
    assert sends(mara, otto, is_compromised=True) == DirectoryDown()
    assert not Message.objects.exists() and signs_in(acts.MARAS_PASSWORD)


def test_the_password_changes_while_the_operator_ends_it(mara, account, otto, monkeypatch):
    monkeypatch.setattr(Builtin, "reach_out", lambda *_: Account.objects.update(credential_epoch=7))
    assert sends(mara, otto, is_compromised=True) == by_operator.Outrun()
    assert not Recovery.objects.exists() and not Ticket.objects.exists()


@pytest.mark.mission("M3.8")
def test_the_first_mail_is_not_due_any_more(mara, account, otto):
    Person.objects.update(first_mail_due=True)
    sends(mara, otto)
    assert not Person.objects.get().first_mail_due
