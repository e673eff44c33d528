"""From queued to its end: what becomes of a message for everything a mail server can answer."""

import ipaddress
from datetime import timedelta

import pytest
from django.db import transaction

from keyturn.lib import keys, leases, rows, seal
from keyturn.outbox import core, deliver, drafting, gateways, posting, profiles
from keyturn.outbox.gateways import NewGateway
from keyturn.outbox.models import Attempt, Message
from keyturn.outbox.posting import Letter, post
from keyturn.outbox.profiles import NewProfile
from keyturn.people.models import Address
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant
from tests.mailserver import MailServer
from tests.outbox.conftest import LINK, mails_text
from tests.outbox.httpgateway import HttpGateway


def deliver_all():
    with_nothing_left = 50
    while deliver.step():
        with_nothing_left -= 1
        assert with_nothing_left, "the queue does not come to rest"


def row(message):
    return Message.objects.get(pk=message.pk)


@pytest.mark.mission("M0.19")
def test_a_message_is_handed_over_and_its_body_destroyed(posted, server):
    assert deliver.step()
    after = row(posted)
    assert (after.state, after.sealed, after.due_at) == (Message.SENT, None, None)
    assert after.ended_at and after.last_reply.startswith("250")
    attempt = Attempt.objects.get()
    assert (attempt.profile, attempt.outcome) == ("installation", "accepted")
    assert not deliver.step()


@pytest.mark.mission("M4.3")
def test_one_mail_holds_the_link_and_the_code_each_on_a_line_of_its_own(posted, server):
    deliver_all()
    (mail,) = server.accepted()
    lines = mails_text(mail).splitlines()
    assert LINK in lines and "048213" in lines


def test_it_goes_to_the_address_on_record_now(posted, email, server):
    Address.objects.filter(pk=email.pk).update(raw="mara@new.example")
    deliver_all()
    assert server.accepted()[0]["recipients"] == ["mara@new.example"]


@pytest.mark.mission("M0.3")
def test_a_text_message_goes_to_the_carrier(sms_letter, mara, now, server):
    post(sms_letter, person=mara, now=now)
    deliver_all()
    (mail,) = server.accepted()
    assert mail["recipients"] == ["4155550101@sms.example.net"]
    assert "Wx7mRt4pKq" in mails_text(mail).splitlines()


@pytest.mark.mission("M0.16")
def test_a_carrier_past_its_end_is_not_used(sms_letter, mara, wireless, now, server):
    message = post(sms_letter, person=mara, now=now)
    wireless.ends_on = now.date() - timedelta(days=1)
    wireless.save()
    deliver_all()
    assert row(message).state == Message.FAILED
    assert not server.accepted()


@pytest.mark.parametrize("mode", ["rcpt_5xx", "data_5xx"])
def test_a_refusal_for_good_is_never_tried_again(posted, server, overdue, mode):
    server.become(mode)
    deliver_all()
    after = row(posted)
    assert (after.state, after.sealed, after.due_at) == (Message.FAILED, None, None)
    assert after.last_reply.startswith("550")
    server.become("accept")
    overdue()
    assert not deliver.step()
    assert not server.accepted()


@pytest.mark.parametrize("mode", ["connect_4xx", "connect_5xx", "mail_4xx", "rcpt_4xx", "data_4xx", "421"])
def test_a_refusal_for_now_is_tried_again(posted, server, overdue, mode):
    server.become(mode)
    deliver_all()
    assert row(posted).state == Message.RETRYING
    assert row(posted).sealed is not None
    server.become("accept")
    overdue()
    deliver_all()
    assert row(posted).state == Message.SENT
    assert len(server.accepted()) == 1


def test_a_greylisting_server_gets_it_the_second_time(posted, server, overdue):
    server.become("greylist")
    deliver_all()
    overdue()
    deliver_all()
    assert row(posted).state == Message.SENT


def test_tries_grow_rarer_and_end_at_the_deadline(posted, server, overdue):
    server.become("rcpt_4xx")
    pauses = []
    for _ in range(7):
        deliver_all()
        after = row(posted)
        pauses.append(round((after.due_at - Attempt.objects.latest("at").at).total_seconds()))
        Message.objects.update(due_at=posted.created_at)
    assert pauses == [15, 30, 60, 120, 300, 600, 600]
    Message.objects.update(deadline=posted.created_at)
    deliver_all()
    after = row(posted)
    assert (after.state, after.sealed, after.due_at) == (Message.EXPIRED, None, None)
    assert after.last_reply.startswith("450")
    assert Attempt.objects.count() == 7


def test_the_next_try_is_never_after_the_deadline(posted, server):
    server.become("rcpt_4xx")
    Message.objects.update(deadline=posted.created_at + timedelta(seconds=9))
    deliver_all()
    assert row(posted).due_at == row(posted).deadline


@pytest.mark.parametrize("mode", ["drop_before_data", "drop_mid_data"])
def test_a_connection_lost_on_the_way_loses_nothing(posted, server, overdue, mode):
    server.become(mode)
    deliver_all()
    assert row(posted).state == Message.RETRYING
    server.become("accept")
    overdue()
    deliver_all()
    assert len(server.accepted()) == 1


def test_a_connection_lost_after_the_final_dot_is_tried_once_more_under_the_same_message_id(posted, server, overdue):
    server.become("accept_then_drop")
    for _ in range(4):
        deliver_all()
        overdue()
    assert row(posted).state == Message.SENT
    assert "may have" in row(posted).last_reply
    taken = server.accepted()
    assert len(taken) == 2
    assert taken[0]["content"] == taken[1]["content"]
    assert [one.outcome for one in Attempt.objects.order_by("at")] == ["ambiguous", "ambiguous"]


def test_what_was_accepted_is_never_sent_again(posted, server, overdue):
    deliver_all()
    overdue()
    Message.objects.update(lease_until=None)
    deliver_all()
    assert len(server.accepted()) == 1


@pytest.mark.mission("M0.18")
def test_the_next_profile_is_tried_when_one_fails(posted, server, now, tmp_path):
    with MailServer(tmp_path / "first") as first:
        _profile("first", first, now, position=1)
        _profile("second", server, now, position=2)
        first.become("rcpt_4xx")
        deliver_all()
    assert row(posted).state == Message.SENT
    tries = {one.profile: one.outcome for one in Attempt.objects.all()}
    assert tries == {"first": "later", "second": "accepted"}


@pytest.mark.mission("M0.18")
def test_the_tenants_own_profile_comes_before_the_installations(posted, server, now, tmp_path):
    with MailServer(tmp_path / "own") as own:
        _profile("own", own, now)
        deliver_all()
        assert len(own.accepted()) == 1
    assert not server.accepted()


@pytest.mark.parametrize("mode", ["connect_5xx", "mail_5xx", "starttls_stripped"])
def test_trouble_of_one_profile_is_not_the_messages(posted, server, now, tmp_path, mode):
    with MailServer(tmp_path / "first") as first:
        first.become(mode)
        _profile("first", first, now, position=1, tls="starttls" if mode == "starttls_stripped" else "none")
        _profile("second", server, now, position=2)
        deliver_all()
    assert row(posted).state == Message.SENT


def test_a_profile_that_is_not_there_is_passed_over(posted, server, now):
    profiles.save(NewProfile("gone", "127.0.0.1", 9, "none", from_address="a@movers.example"), now)
    _profile("second", server, now, position=2)
    deliver_all()
    assert row(posted).state == Message.SENT


def test_a_sender_whom_nobody_takes_ends_the_message(posted, server):
    server.become("mail_5xx")
    deliver_all()
    assert row(posted).state == Message.FAILED


def test_without_a_mail_server_messages_wait_and_say_so(posted, settings, server, overdue):
    settings.KEYTURN_EMAIL_URL = ""
    deliver_all()
    after = row(posted)
    assert (after.state, after.last_reply, after.attempts) == (Message.QUEUED, "no mail server is configured", 0)
    settings.KEYTURN_EMAIL_URL = server.url
    overdue()
    deliver_all()
    assert row(posted).state == Message.SENT


def test_a_suspended_tenants_messages_wait(posted, server):
    Tenant.objects.update(status=Tenant.SUSPENDED)
    deliver_all()
    assert row(posted).state == Message.QUEUED
    assert not server.accepted()


def test_an_address_no_longer_on_record_gets_nothing(posted, email, server):
    email.delete()
    deliver_all()
    assert (row(posted).state, row(posted).sealed) == (Message.FAILED, None)
    assert not server.accepted()


def test_an_address_that_may_not_receive_gets_nothing(posted, email, server):
    Address.objects.filter(pk=email.pk).update(may_receive=False)
    deliver_all()
    assert row(posted).state == Message.FAILED
    assert not server.accepted()


@pytest.mark.parametrize("raw", ["mara@movers.test", "mara@MOVERS.Invalid"])
@pytest.mark.parametrize(("is_secure", "state"), [(True, Message.FAILED), (False, Message.SENT)])
def test_addresses_kept_for_tests_get_mail_in_tests_alone(posted, email, server, settings, raw, is_secure, state):
    """RFC 2606: such a domain cannot exist. An installation without https is a test itself."""
    settings.KEYTURN_IS_SECURE = is_secure
    Address.objects.filter(pk=email.pk).update(raw=raw, key=raw)
    deliver_all()
    assert row(posted).state == state
    assert len(server.accepted()) == (state == Message.SENT)


def test_one_poisoned_message_ends_alone(email, mara, now, server):
    """One bad message stopped another program's mail for weeks."""
    letter = Letter("recovery_link", email, {"LINK": LINK, "CODE": "048213"}, now + timedelta(hours=1))
    messages = [post(letter, person=mara, now=now) for _ in range(9)]
    poisoned = messages[4]
    Message.objects.filter(pk=poisoned.pk).update(sealed=b"not ours", due_at=now - timedelta(hours=1))
    deliver_all()
    assert row(poisoned).state == Message.FAILED
    assert row(poisoned).last_reply == "could not be written: SealBroken"
    assert Message.objects.filter(state=Message.SENT).count() == 8


def test_a_body_moved_to_another_row_does_not_open(link_letter, posted, mara, now, server):
    other = post(link_letter, person=mara, now=now)
    Message.objects.filter(pk=other.pk).update(sealed=posted.sealed)
    deliver_all()
    assert (row(posted).state, row(other).state) == (Message.SENT, Message.FAILED)


def test_a_message_that_breaks_a_transport_ends_alone(posted, server, monkeypatch):
    monkeypatch.setattr(deliver.Smtp, "send", lambda *_: 1 / 0)
    deliver_all()
    assert row(posted).last_reply == "could not be sent: ZeroDivisionError"


def test_missing_keys_are_no_fault_of_the_message(posted, server, monkeypatch):
    def missing(*_):
        raise keys.KeysMissing

    monkeypatch.setattr(seal, "unseal", missing)
    with pytest.raises(keys.KeysMissing):
        deliver.step()
    assert row(posted).sealed is not None


def test_an_answer_that_says_the_secret_back_is_kept_without_it(posted, server):
    server.become("echo")
    deliver_all()
    assert row(posted).state == Message.FAILED
    kept = row(posted).last_reply + Attempt.objects.get().reply
    assert "048213" not in kept and "A" * 43 not in kept


def test_a_slow_worker_writes_nothing_over_its_successor(posted, server, monkeypatch):
    """The lease ran out while the server thought; somebody else sent it. Our outcome must not be written."""

    def slow_and_refused(outgoing, transports):
        Message.objects.filter(pk=posted.pk).update(fence=1, state=Message.SENT)
        return [core.Try("slow", core.LATER, "450 later")]

    monkeypatch.setattr(deliver, "_offer", slow_and_refused)
    deliver.step()
    assert row(posted).state == Message.SENT
    assert Attempt.objects.get().profile == "slow"  # but what it did is not forgotten


def test_without_the_fence_the_successor_would_be_overwritten(posted, server, monkeypatch):
    """The negative control of the test above."""
    monkeypatch.setattr(leases, "settle", lambda model, claim, **new: rows.update(model, {"id": claim.id}, **new))
    monkeypatch.setattr(deliver, "_offer", lambda *_: [core.Try("slow", core.LATER, "450 later")])
    Message.objects.filter(pk=posted.pk).update(fence=1)
    deliver.step()
    assert row(posted).state == Message.RETRYING


def test_a_message_called_back_before_it_is_offered_is_not_offered(posted, now, server, monkeypatch):
    written = drafting.draft

    def called_back_meanwhile(message):
        outgoing = written(message)
        posting.call_back([message.id], now)
        return outgoing

    monkeypatch.setattr(drafting, "draft", called_back_meanwhile)
    deliver_all()
    assert row(posted).state == Message.CANCELLED
    assert not server.accepted()


def test_nothing_outside_is_called_within_a_transaction(posted, server, monkeypatch):
    seen = []
    monkeypatch.setattr(
        deliver,
        "_offer",
        lambda *_: seen.append(transaction.get_connection().savepoint_ids) or [core.Try("x", core.LATER, "")],
    )
    deliver.step()
    assert seen == [[]]  # the one that wraps this test has no savepoint


def test_every_message_is_delivered_in_its_own_tenant(posted, labs, now, server):
    with scope.inside(labs.id):
        pass
    deliver_all()
    assert row(posted).state == Message.SENT


def test_a_message_leaves_its_worker_outside_of_any_tenant(posted, server):
    with pytest.raises(scope.OutsideTenant):
        _outside(deliver.step)


def _outside(act):
    """Run as the worker does: in no tenant. Returns only when that tenant is gone again."""
    token = scope._current.set(None)
    try:
        act()
        scope.current_id()
    finally:
        scope._current.reset(token)


def _profile(name, server, now, *, position=0, tls="none"):
    profiles.save(
        NewProfile(name, "127.0.0.1", server.port, tls, from_address="dispatch@movers.example", position=position),
        now,
    )


@pytest.mark.mission("M0.3")
def test_a_text_goes_by_the_tenants_gateway_and_by_the_carrier_when_that_fails(
    sms_letter, mara, now, server, settings
):
    settings.KEYTURN_EGRESS_ALLOW = [ipaddress.ip_network("127.0.0.0/8")]
    with HttpGateway() as gateway:
        gateways.save(NewGateway(name="Texts", url=gateway.url), 0, now, actor="operator:otto")
        by_http = post(sms_letter, person=mara, now=now)
        deliver_all()
        gateway.status = 503
        by_carrier = post(sms_letter, person=mara, now=now)
        deliver_all()
    assert "Wx7mRt4pKq" in gateway.asked[0]["said"]["text"] and gateway.asked[0]["said"]["to"] == "+14155550101"
    tries = [(one.profile, one.outcome) for one in Attempt.objects.order_by("pk") if one.message_id == by_http.pk]
    assert tries == [("Texts", "accepted")]
    tries = {(one.profile, one.outcome) for one in Attempt.objects.filter(message_id=by_carrier.pk)}
    assert tries == {("Texts", "later"), ("installation", "accepted")}
