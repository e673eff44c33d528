"""Notification rules, the webhook and the public key: shown, saved, refused at their fields, a secret shown once."""

from datetime import timedelta

import pytest

from keyturn.audit.models import Event
from keyturn.lib import clock
from keyturn.monitoring import switches, webhooks
from keyturn.monitoring.models import Webhook
from keyturn.monitoring.switches import EMAIL_ON_WRONG, SMS_ON_WRONG
from keyturn.operators.models import OperatorSession
from keyturn.operators.roles import Role
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant
from tests.console.staff import operator, sign_in
from tests.monitoring.boxes import example
from tests.portal.pages import error_at

RULES, TAB = "/console/settings/notification-rules", "/console/settings/mailboxes"
HOOK = f"{TAB}/webhook"


@pytest.fixture
def otto(in_movers):
    return sign_in(operator(in_movers))


def late():
    OperatorSession.objects.update(confirmed_at=clock.now() - timedelta(minutes=11))


@pytest.mark.mission("M1.6")
def test_rules_are_a_list_with_a_tick_and_save(otto):
    words = otto.get(RULES).content.decode()
    for label in (
        "Email when wrong email account credentials detected",
        "SMS when wrong email account credentials detected",
    ):
        assert label in words
    assert words.count('name="enabled"') == words.count(" checked") == 2 and ">Save</button>" in words


@pytest.mark.mission("M1.6")
def test_a_rule_is_switched_off_and_on_again(otto):
    answer = otto.post(f"{RULES}/save", {"enabled": [EMAIL_ON_WRONG]})
    assert answer["Location"] == f"{RULES}?notice=saved"
    assert switches.read() == {EMAIL_ON_WRONG: True, SMS_ON_WRONG: False}
    assert otto.get(RULES).content.decode().count(" checked") == 1
    assert otto.post(f"{RULES}/save", {"enabled": [EMAIL_ON_WRONG]})["Location"].endswith("unchanged")
    otto.post(f"{RULES}/save", {"enabled": [EMAIL_ON_WRONG, SMS_ON_WRONG, "surprise"]})
    assert switches.is_on(SMS_ON_WRONG) and not switches.read().keys() - {EMAIL_ON_WRONG, SMS_ON_WRONG}
    assert Event.objects.filter(action="notification_rules.changed").count() == 2


def test_a_late_form_loses_no_tick(otto):
    late()
    answer = otto.post(f"{RULES}/save", {"enabled": [SMS_ON_WRONG]})
    words = answer.content.decode()
    assert answer.status_code == 409 and words.count(" checked") == 1 and "/console/confirm" in words
    assert switches.is_on(EMAIL_ON_WRONG)


def test_rules_are_each_tenants_own(otto, labs):
    otto.post(f"{RULES}/save", {})
    with scope.inside(labs.id):
        assert switches.is_on(EMAIL_ON_WRONG)
    assert not switches.is_on(EMAIL_ON_WRONG)


def test_an_auditor_sees_rules_and_changes_none(in_movers):
    ada = sign_in(operator(in_movers, "ada", Role.AUDITOR))
    assert ada.get(RULES).content.decode().count("disabled") == 2
    for address in (f"{RULES}/save", HOOK, f"{HOOK}/renew", f"{HOOK}/remove"):
        assert ada.post(address).status_code == 403
    assert switches.is_on(EMAIL_ON_WRONG)


@pytest.mark.mission("M1.15")
def test_a_webhook_is_set_up_and_its_secret_shown_once(otto):
    made = otto.post(HOOK, {"version": 0, "url": "https://hooks.movers.example/x", "is_enabled": "on"})
    secret = made.content.decode().partition("<code>")[2].partition("</code>")[0]
    assert secret.startswith("whsec_") and len(secret) > 40
    for address in (TAB, HOOK):
        words = otto.get(address).content.decode()
        assert "https://hooks.movers.example/x" in words and secret not in words


def test_it_is_changed_renewed_and_taken_away(otto, now):
    otto.post(HOOK, {"version": 0, "url": "https://hooks.movers.example/x", "is_enabled": "on"})
    assert otto.post(HOOK, {"version": 1, "url": "https://hooks.movers.example/y"})["Location"].endswith("saved")
    hook = webhooks.current()
    assert (hook.url, hook.is_enabled) == ("https://hooks.movers.example/y", False)
    assert b"whsec_" in otto.post(f"{HOOK}/renew", {"version": 2}).content
    assert otto.post(f"{HOOK}/remove", {"version": 2}).status_code == 409
    assert otto.post(f"{HOOK}/remove", {"version": 3}).status_code == 303 and webhooks.current() is None


def test_of_two_who_edit_it_the_second_is_told(otto):
    otto.post(HOOK, {"version": 0, "url": "https://hooks.movers.example/x", "is_enabled": "on"})
    otto.post(HOOK, {"version": 1, "url": "https://hooks.movers.example/y", "is_enabled": "on"})
    answer = otto.post(HOOK, {"version": 1, "url": "https://hooks.movers.example/z", "is_enabled": "on"})
    words = answer.content.decode()
    assert answer.status_code == 409 and "hooks.movers.example/y" in words and "hooks.movers.example/z" in words


def test_an_address_that_cannot_be_is_refused_at_its_field(otto):
    answer = otto.post(HOOK, {"version": 0, "url": "http://hooks.movers.example/x", "is_enabled": "on"})
    assert answer.status_code == 422 and error_at(answer, "url") and not Webhook.objects.exists()


def test_a_late_webhook_asks_to_confirm_and_keeps_what_was_typed(otto):
    late()
    answer = otto.post(HOOK, {"version": 0, "url": "https://hooks.movers.example/x", "is_enabled": "on"})
    assert answer.status_code == 409 and b"hooks.movers.example/x" in answer.content
    assert not Webhook.objects.exists()


@pytest.mark.mission("M1.15")
def test_the_public_key_of_the_software_is_registered(otto, in_movers):
    sent = {"version": 0, "watch_minutes": 30, "watch_refusals": 3}
    refused = otto.post(TAB, sent | {"hand_on_key": "A" * 44})
    assert refused.status_code == 422 and error_at(refused, "hand_on_key")
    public = example().make_key()[1]
    assert otto.post(TAB, sent | {"hand_on_key": public}).status_code == 303
    assert Tenant.objects.get(pk=in_movers.pk).hand_on_key == public
