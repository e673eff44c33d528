"""Webhooks: signed, through the guard, tried again for a day, held back together, and never with a secret."""

import ipaddress
import json
from datetime import timedelta

import pytest
from django.db import transaction

from keyturn.audit.models import Event
from keyturn.lib import clock
from keyturn.lib.edits import EditLost
from keyturn.monitoring import calling, webhooks
from keyturn.monitoring.models import Webhook, WebhookCall
from keyturn.monitoring.webhooks import MENDED, SUSPENDED, NewWebhook, WebhookRefused
from keyturn.tenants.models import Tenant
from tests.monitoring import boxes
from tests.monitoring.boxes import SECRET, example
from tests.monitoring.receiver import Receiver

OTTO = "operator:otto"


@pytest.fixture
def receiver(settings):
    settings.KEYTURN_EGRESS_ALLOW = [ipaddress.ip_network("127.0.0.0/8")]
    with Receiver() as running:
        yield running


@pytest.fixture
def secret(in_movers, receiver, now) -> str:
    return webhooks.save(NewWebhook(receiver.url), 0, now, actor=OTTO)


def tell(box, event=MENDED):
    with transaction.atomic():
        webhooks.tell(event, [box], clock.now())


def call() -> WebhookCall:
    assert calling.step()
    return WebhookCall.objects.order_by("created_at").first()


def make_due():
    WebhookCall.objects.filter(ended_at=None).update(due_at=clock.now() - timedelta(seconds=1))


@pytest.mark.mission("M1.15")
def test_the_tenants_software_hears_of_a_mended_mailbox_signed(box, secret, receiver):
    tell(box)
    done = call()
    (headers, body), *others = receiver.heard
    assert not others and done.ended_at and done.outcome == "answered 204"
    assert example().is_from_keyturn(headers, body, secret, clock.now().timestamp())
    said = json.loads(body)
    assert (said["type"], said["data"]["id"], said["data"]["state"]) == ("mailbox.mended", str(box.pk), "fine")
    assert SECRET not in body.decode() and headers["webhook-id"] == str(done.pk)


def test_whatever_is_changed_the_signature_no_longer_fits(box, secret, receiver):
    tell(box)
    call()
    ((headers, body),) = receiver.heard
    fits, now = example().is_from_keyturn, clock.now().timestamp()
    assert fits(headers, body, secret, now)
    assert not fits(headers, body.replace(b"fine", b"new!"), secret, now)
    assert not fits(headers | {"webhook-id": "another"}, body, secret, now)
    assert not fits(headers, body, secret, now + 600)
    assert not fits(headers | {"webhook-timestamp": str(int(now) + 10)}, body, secret, now)
    assert not fits({}, body, secret, now)


def test_a_call_that_failed_is_made_again_under_the_same_id(box, secret, receiver):
    receiver.status = 500
    tell(box)
    first = call()
    assert first.ended_at is None and first.due_at > clock.now() and first.outcome == "answered 500"
    receiver.status = 200
    make_due()
    assert call().ended_at
    assert len({headers["webhook-id"] for headers, _body in receiver.heard}) == 1 and len(receiver.heard) == 2


def test_after_a_day_it_is_given_up(box, secret, receiver):
    receiver.status = 503
    tell(box)
    WebhookCall.objects.update(created_at=clock.now() - timedelta(hours=23, minutes=59, seconds=55))
    given_up = call()
    assert given_up.ended_at and given_up.due_at is None and given_up.outcome.startswith("given up")


def test_while_nobody_answers_the_others_wait_and_then_go(box, secret, receiver):
    tell(box)
    tell(box, SUSPENDED)
    address = receiver.url
    Webhook.objects.update(url="http://127.0.0.1:9/hook")
    call()
    assert not calling.step() and WebhookCall.objects.filter(attempts=0, due_at__gt=clock.now()).count() == 1
    Webhook.objects.update(url=address)
    WebhookCall.objects.filter(attempts=1).update(due_at=clock.now())
    assert call().ended_at
    assert calling.step() and not WebhookCall.objects.filter(ended_at=None).exists()


def test_a_private_address_is_never_called(box, secret, receiver, settings):
    settings.KEYTURN_EGRESS_ALLOW = []
    tell(box)
    assert "may be reached from here" in call().outcome and not receiver.heard


def test_switched_off_means_silence(box, secret, receiver, now):
    tell(box)
    webhooks.save(NewWebhook(receiver.url, is_enabled=False), 1, now, actor=OTTO)
    assert call().outcome == "switched off"
    tell(box)
    assert not calling.step() and not receiver.heard


def test_a_suspended_organization_calls_nobody(box, secret, receiver):
    tell(box)
    Tenant.objects.update(status=Tenant.SUSPENDED)
    call()
    assert not receiver.heard


def test_what_is_rolled_back_is_told_to_nobody(box, secret, receiver):
    with transaction.atomic():
        webhooks.tell(MENDED, [box], clock.now())
        transaction.set_rollback(True)
    assert not calling.step()


def test_a_renewed_secret_signs_from_then_on(box, secret, receiver, now):
    newer = webhooks.renew(1, now, actor=OTTO)
    tell(box)
    call()
    ((headers, body),) = receiver.heard
    fits = example().is_from_keyturn
    assert fits(headers, body, newer, now.timestamp()) and not fits(headers, body, secret, now.timestamp())


def test_a_secret_copied_from_another_tenant_signs_nothing(box, secret, receiver, labs):
    Webhook.objects.update(sealed_secret=bytes(Webhook.objects.get().sealed_secret)[:-1] + b"x")
    tell(box)
    assert "does not open" in call().outcome and not receiver.heard


def test_the_secret_is_shown_once_and_stands_nowhere(secret, now):
    assert webhooks.save(NewWebhook("https://hooks.movers.example/x"), 1, now, actor=OTTO) == ""
    raw = secret.removeprefix("whsec_")
    told = json.dumps([event.data for event in Event.objects.all()]) + str(vars(webhooks.current()))
    assert raw not in told and [event.action for event in Event.objects.all()] == ["webhook.saved"] * 2


def test_of_two_who_edit_it_one_saves(secret, now):
    webhooks.save(NewWebhook("https://hooks.movers.example/x"), 1, now, actor=OTTO)
    for late in (lambda: webhooks.renew(1, now, actor=OTTO), lambda: webhooks.remove(1, now, actor=OTTO)):
        with pytest.raises(EditLost):
            late()
    webhooks.remove(2, now, actor=OTTO)
    assert webhooks.current() is None


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "empty"),
        ("ftp://x.example", "not_a_url"),
        ("https://a@b.example/", "not_a_url"),
        ("https://b.example/#x", "not_a_url"),
        ("http://b.example/", "needs_tls"),
        ("https://b.example/\0", "control_character"),
        ("https://b.example/" + "x" * 600, "too_long"),
        ("https://b.example:99999/", "not_a_url"),
    ],
)
def test_an_address_that_cannot_be_is_refused(in_movers, now, url, reason):
    with pytest.raises(WebhookRefused) as refused:
        webhooks.save(NewWebhook(url), 0, now, actor=OTTO)
    assert (refused.value.field, refused.value.reason) == ("url", reason)


def test_calls_that_ended_go_after_a_month(box, secret, receiver, now):
    tell(box)
    call()
    webhooks.purge(clock.now())
    assert WebhookCall.objects.exists()
    webhooks.purge(clock.now() + timedelta(days=31))
    assert not WebhookCall.objects.exists()


def test_another_tenants_software_hears_nothing(secret, receiver, labs, now):
    from keyturn.people import changes
    from keyturn.people.changes import NewPerson
    from keyturn.tenants import scope

    with scope.inside(labs.id):
        nils = changes.create(NewPerson("nils@labs.example", "Nils Holm"), now)
        tell(boxes.mailbox(nils, now))
    assert not calling.step() and not receiver.heard
