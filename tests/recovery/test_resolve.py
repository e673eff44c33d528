"""What the worker makes of an intake: one recovery, its secrets, its messages, or a refusal with its reason."""

from datetime import timedelta

import pytest

from keyturn.audit.models import Event
from keyturn.directories.models import StoredPassword, TemporaryPassword
from keyturn.lib import clock, hashing, leases, points
from keyturn.limits import counters
from keyturn.outbox.models import Message
from keyturn.passwords.core import generate
from keyturn.recovery import limits, resolve
from keyturn.recovery.core.claim import Claim
from keyturn.recovery.models import Intake, Recovery, Ticket
from tests.recovery import acts
from tests.recovery.acts import MARAS_EMAIL, MARAS_PHONE, ask, recover, resolve_all, values_of

TEMPORARY = "temporary_password"


def test_nothing_waits(db):
    assert resolve.step() is False


@pytest.mark.mission("M4.3", "M3.1")
def test_a_link_and_a_code_go_to_the_main_email(mara, account, in_movers):
    recovery = recover(in_movers)
    message = Message.objects.get()
    assert (recovery.state, recovery.channels) == (Recovery.OPEN, ["email"])
    assert (message.purpose, message.address.raw, message.deadline) == (
        "recovery_link",
        MARAS_EMAIL,
        message.created_at + timedelta(minutes=60),
    )
    ticket = Ticket.objects.get()
    token, code = acts.link_and_code()
    assert values_of(message)["LINK"] == f"{in_movers.public_url}/r/{token}"
    assert token.startswith(ticket.selector) and len(token) == 43 and len(code) == 6
    assert (ticket.expires_at, ticket.message_id) == (message.deadline, message.id)
    assert Event.objects.get(action="recovery.opened").subject == f"person:{mara.pk}"


def test_the_claim_is_destroyed(mara, in_movers):
    recover(in_movers)
    intake = Intake.objects.get()
    assert intake.sealed_claim is None and intake.resolved_at and intake.due_at is None


def test_the_request_log_masks_what_was_claimed(mara, in_movers):
    assert recover(in_movers, phone=MARAS_PHONE).claimed == "m***@m***.example •••01"


@pytest.mark.mission("M0.20")
def test_a_refusal_is_kept_with_every_rule(mara, in_movers):
    recovery = recover(in_movers, email="nobody@movers.example")
    assert (recovery.state, recovery.reason, recovery.person) == (Recovery.REFUSED, "person_unknown", None)
    outcomes = dict(recovery.rules)
    assert (outcomes["suspended_tenant"], outcomes["unknown_person"], outcomes["inactive_person"]) == (
        "passed",
        "refused",
        "not_asked",
    )
    assert Event.objects.get(action="recovery.refused").reason == "person_unknown"
    assert not Message.objects.exists()


def test_a_user_name_finds_the_person_and_mail_goes_to_the_stored_address(mara, in_movers, now):
    mara.identifier = mara.identifier_key = "driver-7"
    mara.save()
    ask(in_movers, Claim(identifier="Driver-7"))
    resolve_all()
    assert Message.objects.get().address.raw == MARAS_EMAIL


@pytest.mark.parametrize("typed", ["MARA@movers.example", "Mara@MOVERS.example"])
def test_mail_goes_to_the_stored_address_whatever_was_typed(mara, in_movers, typed):
    recover(in_movers, email=typed)
    assert Message.objects.get().address.raw == MARAS_EMAIL


@pytest.mark.mission("M0.2", "M0.3")
def test_a_temporary_password_goes_by_email_and_by_sms_each_its_own(mara, account, in_movers):
    recovery = recover(in_movers, phone=MARAS_PHONE, method=TEMPORARY)
    assert recovery.channels == ["email", "sms"]
    texts = {message.channel: values_of(message)["PASSWORD"] for message in Message.objects.all()}
    assert texts["email"] != texts["sms"]
    for row in TemporaryPassword.objects.all():
        assert generate.has_temporary_shape(texts[row.channel]) and len(texts[row.channel]) == 10
        assert hashing.verify(texts[row.channel], row.hash)
        assert (row.account_id, row.recovery_id) == (account.pk, recovery.pk)


@pytest.mark.mission("M3.7")
@pytest.mark.parametrize("minutes, by_sms", [(5, 5), (60, 10), (1440, 10)])
def test_what_goes_by_sms_lives_ten_minutes_at_most(mara, in_movers, minutes, by_sms):
    in_movers.ticket_expiration_minutes = minutes
    in_movers.save()
    recover(in_movers, phone=MARAS_PHONE, method=TEMPORARY)
    lives = {row.channel: row.expires_at - row.created_at for row in TemporaryPassword.objects.all()}
    assert lives == {"email": timedelta(minutes=minutes), "sms": timedelta(minutes=by_sms)}


@pytest.mark.mission("M0.14")
@pytest.mark.parametrize("phone", ["", "+14155550199"])
def test_without_her_own_phone_it_goes_by_email_alone(mara, in_movers, phone):
    assert recover(in_movers, phone=phone, method=TEMPORARY).channels == ["email"]


@pytest.mark.mission("M0.16")
def test_without_a_gateway_it_goes_by_email_alone(mara, in_movers):
    mara.cell_provider.ends_on = clock.now().date() - timedelta(days=1)
    mara.cell_provider.save()
    assert recover(in_movers, phone=MARAS_PHONE, method=TEMPORARY).channels == ["email"]


def test_when_the_days_text_messages_are_used_up_it_goes_by_email_alone(mara, in_movers):
    in_movers.sms_per_day = 0
    in_movers.save()
    assert recover(in_movers, phone=MARAS_PHONE, method=TEMPORARY).channels == ["email"]


@pytest.mark.mission("M0.10")
def test_an_email_that_is_not_on_record_is_refused_with_the_reason(mara, in_movers):
    recovery = recover(in_movers, email="else@movers.example", phone=MARAS_PHONE, method=TEMPORARY)
    assert (recovery.reason, recovery.person) == ("email_not_on_record", mara)


@pytest.mark.mission("M0.4")
def test_the_original_password_is_not_touched(mara, account, in_movers):
    before = StoredPassword.objects.get(account=account).hash
    recover(in_movers, phone=MARAS_PHONE, method=TEMPORARY)
    recover(in_movers)
    assert StoredPassword.objects.get(account=account).hash == before


def test_asking_again_ends_the_earlier_link(mara, in_movers):
    first = recover(in_movers)
    second = recover(in_movers)
    states = dict(Ticket.objects.values_list("recovery_id", "state"))
    assert states == {first.pk: Ticket.SUPERSEDED, second.pk: Ticket.OPEN}
    first.refresh_from_db()
    assert (first.state, first.reason) == (Recovery.FAILED, "superseded")
    assert sorted(Message.objects.values_list("state", flat=True)) == [Message.CANCELLED, Message.QUEUED]


@pytest.mark.parametrize("method", ["link", TEMPORARY])
def test_three_an_hour_go_and_the_last_one_keeps_working(mara, in_movers, method):
    reasons = [recover(in_movers, method=method).reason for _ in range(5)]
    assert reasons[0] == "" and reasons[3:] == ["too_many_to_account"] * 2
    assert sum(1 for reason in reasons if reason == "superseded" or not reason) == 3
    if method == "link":
        assert Ticket.objects.filter(state=Ticket.OPEN).count() == 1


def test_a_name_asked_for_too_often_is_dropped_with_the_reason(mara, in_movers):
    for _ in range(limits.ASKING_BY_NAME.at_most):
        ask(in_movers, Claim(email="somebody@movers.example"))
    assert recover(in_movers, email="somebody@movers.example").reason == "asked_too_often"


def _waste_her_asking(in_movers) -> str:
    """A stranger asks in Mara's name by a method that is not allowed, then Mara asks: what came of it."""
    in_movers.allow_mobile_password_reset = False
    in_movers.save()
    for _ in range(limits.ASKING_BY_NAME.at_most):
        assert recover(in_movers, method=TEMPORARY).reason == "method_disallowed"
    return recover(in_movers).reason


def test_a_stranger_cannot_use_up_her_asking_by_a_method_that_sends_nothing(mara, in_movers):
    assert _waste_her_asking(in_movers) == ""


def test_control_one_counter_for_all_methods_keeps_her_out(mara, in_movers, monkeypatch):
    honest = counters.has_taken

    def by_name_alone(limit, *whom, **how):
        return honest(limit, *(word for word in whom if word not in ("link", TEMPORARY)), **how)

    monkeypatch.setattr(counters, "has_taken", by_name_alone)
    assert _waste_her_asking(in_movers) == "asked_too_often"


@pytest.mark.parametrize("point", ["resolve.claimed", "resolve.decided", "resolve.written", "resolve.committed"])
@pytest.mark.parametrize("method", ["link", TEMPORARY])
def test_a_worker_that_dies_anywhere_leaves_one_recovery(mara, in_movers, monkeypatch, point, method):
    class Killed(BaseException):
        pass

    def die(name):
        if name == point:
            raise Killed

    ask(in_movers, Claim(email=MARAS_EMAIL, phone=MARAS_PHONE), method)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(points, "reach", die)
        resolve.step()
    Intake.objects.filter(lease_until__isnull=False).update(lease_until=clock.now())
    resolve_all()
    assert Recovery.objects.count() == 1
    assert Message.objects.count() == (1 if method == "link" else 2)
    assert not Intake.objects.filter(due_at__isnull=False).exists()


def test_a_worker_that_was_only_slow_writes_nothing(mara, in_movers, monkeypatch):
    def outrun(name):
        if name == "resolve.decided":
            Intake.objects.update(fence=7)

    monkeypatch.setattr(points, "reach", outrun)
    ask(in_movers, Claim(email=MARAS_EMAIL))
    resolve.step()
    assert not Recovery.objects.exists() and not Message.objects.exists()


def test_an_intake_that_cannot_be_opened_ends_and_the_others_go_on(mara, in_movers):
    ask(in_movers, Claim(email=MARAS_EMAIL))
    Intake.objects.update(sealed_claim=b"sealed elsewhere")
    ask(in_movers, Claim(email=MARAS_EMAIL))
    assert resolve_all() == 2
    assert Recovery.objects.count() == 1


def test_an_intake_that_kills_its_workers_is_given_up(mara, in_movers):
    ask(in_movers, Claim(email=MARAS_EMAIL))
    Intake.objects.update(attempts=resolve.MOST_TRIES)
    assert resolve_all() == 1
    assert not Recovery.objects.exists()


def test_the_lease_is_given_back_to_nobody(mara, in_movers):
    recover(in_movers)
    assert leases.claim(Intake, now=clock.now() + timedelta(days=1), lease=timedelta(seconds=1)) is None
