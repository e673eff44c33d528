"""From queued to its end: what becomes of a message for everything a mail server can answer."""

import ipaddress
from datetime import timedelta

import pytest

from keyturn.outbox import deliver, gateways
from keyturn.outbox.gateways import NewGateway
from keyturn.outbox.models import Attempt, Message
from keyturn.outbox.posting import post
from keyturn.people.models import Address
from keyturn.tenants.models import Tenant
from tests.outbox.acts import deliver_all, row
from tests.outbox.conftest import LINK, mails_text
from tests.outbox.httpgateway import HttpGateway


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
