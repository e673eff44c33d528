"""A PIN is mailed: to its owner, or to another requestor, which a second operator may have to agree to (M2.8)."""

from datetime import timedelta

import pytest

from keyturn.audit.models import Event
from keyturn.enrollment import limits, mailing, pins, posting_pins
from keyturn.enrollment.mailing import MailingRefused, TooMany
from keyturn.enrollment.models import PinMailing
from keyturn.lib import clock
from keyturn.operators.models import Operator
from keyturn.operators.roles import Role
from keyturn.outbox.models import Location, Message
from keyturn.people import changes
from keyturn.people.models import Person
from tests.enrollment.acts import issue, values_of

OWN, ELSEWHERE = "mara@movers.example", "requestor@partner.example"
HOUR = timedelta(hours=1)


@pytest.fixture
def given(otto, mara):
    return issue(mara)


@pytest.fixture
def elevated(catalogue, mara, given):
    """Mara may do something above the plain, which her PIN passes on."""
    catalogue.grants(mara, {"approve"})
    return given


def post_all() -> int:
    count = 0
    while posting_pins.step():
        count += 1
    return count


def state(mailed: PinMailing) -> tuple[str, str]:
    return PinMailing.objects.values_list("state", "reason").get(pk=mailed.pk)


@pytest.mark.mission("M2.8")
def test_the_own_address_is_proposed_and_gets_it(in_movers, given, otto, mara, now):
    assert mailing.proposal(mara) == OWN
    mailed = mailing.ask(given.pin, OWN, otto, now)
    assert (mailed.state, mailed.to, mailed.own_address) == (PinMailing.APPROVED, OWN, OWN)
    assert post_all() == 1
    message = Message.objects.get()
    assert (message.person, message.address.raw, message.elsewhere, message.location) == (mara, OWN, "", None)
    link = f"{in_movers.public_url}/sign-up"
    assert values_of(message) == {"PINCODE": given.text, "SIGN_UP_LINK": link, "OWNER": "Mara Lind"}
    assert state(mailed) == (PinMailing.SENT, "") and PinMailing.objects.get().message == message


@pytest.mark.mission("M2.8")
def test_another_requestor_gets_it_by_the_operators_location_and_both_addresses_are_on_record(given, otto, now):
    Operator.objects.filter(pk=otto.pk).update(default_location=Location.objects.create(name="Harbour"))
    otto.refresh_from_db()
    mailed = mailing.ask(given.pin, ELSEWHERE, otto, now)
    post_all()
    message = Message.objects.get()
    assert (message.person, message.address, message.elsewhere) == (None, None, ELSEWHERE)
    assert message.location.name == "Harbour"
    assert (mailed.to, mailed.own_address) == (ELSEWHERE, OWN)
    told = Event.objects.get(action="pin_mailing.sent").data
    assert (told["to"], told["own"]) == ("r***@p***.example", "m***@m***.example")
    assert told["asked_by"] == f"operator:{otto.pk}"


def test_no_audit_event_and_no_row_holds_the_pin(given, otto, now):
    mailing.ask(given.pin, ELSEWHERE, otto, now)
    post_all()
    kept = repr([list(model.objects.values()) for model in (Event, Message, PinMailing)])
    assert given.text not in kept and given.text.replace("-", "") not in kept


@pytest.mark.mission("M2.8")
def test_something_elevated_goes_elsewhere_only_when_another_operator_agrees(elevated, otto, olga, now):
    mailed = mailing.ask(elevated.pin, ELSEWHERE, otto, now)
    assert mailed.state == PinMailing.AWAITING and post_all() == 0
    assert mailing.waiting(now) == [mailed]
    assert not mailing.approve(mailed, otto, now)  # nobody agrees to their own wish
    assert mailing.approve(mailed, olga, now) and not mailing.approve(mailed, olga, now)
    assert post_all() == 1 and state(mailed) == (PinMailing.SENT, "")
    assert PinMailing.objects.get().approved_by == f"operator:{olga.pk}"


def test_to_the_owner_it_goes_at_once(elevated, otto, now):
    assert mailing.ask(elevated.pin, "MARA@movers.example", otto, now).state == PinMailing.APPROVED
    assert mailing.ask(elevated.pin, "mara@home.example", otto, now).state == PinMailing.APPROVED


def test_an_hour_later_nobody_can_agree(elevated, otto, olga, now):
    mailed = mailing.ask(elevated.pin, ELSEWHERE, otto, now)
    assert not mailing.approve(mailed, olga, now + HOUR)
    mailing.purge(now + HOUR)
    assert state(mailed) == (PinMailing.REFUSED, mailing.RUN_OUT)
    assert post_all() == 0


def test_a_second_operator_may_decline_and_the_first_take_it_back(elevated, otto, olga, now):
    for somebody in (otto, olga):
        mailed = mailing.ask(elevated.pin, ELSEWHERE, otto, now)
        assert mailing.decline(mailed, somebody, now) and not mailing.decline(mailed, somebody, now)
        assert not mailing.approve(mailed, olga, now)
    assert post_all() == 0 and not Message.objects.exists()


def test_what_became_elevated_meanwhile_is_not_sent_unseen(given, catalogue, otto, mara, now):
    mailed = mailing.ask(given.pin, ELSEWHERE, otto, now)
    catalogue.grants(mara, {"approve"})
    post_all()
    assert state(mailed) == (PinMailing.REFUSED, "second_first") and not Message.objects.exists()


def test_control_a_worker_that_does_not_ask_again_would_send_it(given, catalogue, otto, mara, now, monkeypatch):
    mailing.ask(given.pin, ELSEWHERE, otto, now)
    catalogue.grants(mara, {"approve"})
    monkeypatch.setattr(mailing.core, "stop", lambda facts: None)
    post_all()
    assert Message.objects.exists()


@pytest.mark.parametrize(
    "spoil, reason",
    [
        (lambda mara, otto, now: pins.revoke(mara, now, actor="owner"), "pin_over"),
        (lambda mara, otto, now: issue(mara), "pin_over"),
        (lambda mara, otto, now: changes.set_status(mara, Person.INACTIVE, now), "pin_over"),
        (lambda mara, otto, now: Operator.objects.filter(pk=otto.pk).update(is_active=False), "asker_gone"),
        (lambda mara, otto, now: Operator.objects.filter(pk=otto.pk).update(role=Role.HELPDESK), "asker_gone"),
        (lambda mara, otto, now: Operator.objects.create(tenant=otto.tenant, username="m", email=OWN), "outranked"),
    ],
)
def test_what_is_over_by_the_time_of_the_worker_is_not_sent(given, otto, mara, now, spoil, reason):
    mailed = mailing.ask(given.pin, OWN, otto, now)
    spoil(mara, otto, now)
    post_all()
    assert state(mailed) == (PinMailing.REFUSED, reason) and not Message.objects.exists()


def test_a_pin_that_ends_calls_its_mails_back(given, otto, mara, now):
    mailing.ask(given.pin, OWN, otto, now)
    post_all()
    pins.revoke(mara, now, actor="owner")
    assert Message.objects.get().state == Message.CANCELLED and Message.objects.get().sealed is None


@pytest.mark.parametrize(
    "to, reason",
    [("", "empty"), ("nobody", "not_an_address"), ("a@b.example\r\nBcc: c@d.example", "control_character")],
)
def test_what_is_no_address_is_refused(given, otto, now, to, reason):
    with pytest.raises(MailingRefused) as refused:
        mailing.ask(given.pin, to, otto, now)
    assert (refused.value.reason, refused.value.field) == (reason, "to")


def test_a_dead_pin_and_a_ranking_owner_are_refused_at_once(given, otto, mara, now):
    pins.revoke(mara, now, actor="owner")
    with pytest.raises(MailingRefused, match="pin_over"):
        mailing.ask(given.pin, OWN, otto, now)
    Operator.objects.create(tenant=otto.tenant, username="mara", role=Role.OWNER, email=OWN)
    with pytest.raises(MailingRefused, match="outranked"):
        mailing.ask(given.pin, OWN, otto, now)


def test_an_operator_has_so_many_mails_an_hour(given, otto, olga, now):
    for _ in range(limits.MAILINGS_IN_AN_HOUR.at_most):
        assert isinstance(mailing.ask(given.pin, OWN, otto, now), PinMailing)
    assert mailing.ask(given.pin, OWN, otto, now) == TooMany(now + HOUR)
    assert isinstance(mailing.ask(given.pin, OWN, olga, now), PinMailing)
    assert PinMailing.objects.count() == limits.MAILINGS_IN_AN_HOUR.at_most + 1


def test_it_is_not_worth_delivering_after_the_pin(given, otto, now):
    type(given.pin).objects.update(expires_at=clock.now() + HOUR)
    mailing.ask(given.pin, OWN, otto, now)
    post_all()
    assert Message.objects.get().deadline <= clock.now() + HOUR
