"""Send me a test: what somebody writes goes to themselves, and to nobody else."""

import ipaddress
from email import message_from_bytes
from email.policy import default

import pytest

from keyturn.operators.models import Operator
from keyturn.outbox import trials, trying
from keyturn.outbox.layouts import trying as layout_trying
from keyturn.outbox.layouts import variables
from keyturn.outbox.layouts.core.words import Words, WordsRefused
from keyturn.outbox.layouts.preview import Writing
from keyturn.outbox.layouts.refusals import LayoutRefused
from keyturn.outbox.models import Message, SmsGateway, Trial
from keyturn.outbox.trials import Asker, TrialRefused
from tests.outbox.httpgateway import HttpGateway
from tests.outbox.layouts.conftest import LINK_TEXT, LINK_WORDS

MAIL = Writing(variables.of("recovery_link", "email"), "en", LINK_WORDS)
SMS = Writing(variables.of("temporary_password", "sms"), "en", Words("", "!TENANT!\n!PASSWORD!"))


@pytest.fixture
def otto(in_movers):
    return Operator.objects.create(tenant=in_movers, username="otto", email="otto@movers.example")


@pytest.fixture
def asker(in_movers, now):
    return Asker("operator:otto", now)


@pytest.fixture(autouse=True)
def _this_machine_is_open(settings):
    settings.KEYTURN_EGRESS_ALLOW = [ipaddress.ip_network("127.0.0.0/8")]


def run(trial):
    assert trying.step()
    return Trial.objects.get(pk=trial.pk)


@pytest.mark.mission("M2.6")
def test_the_mail_arrives_with_sample_values_and_each_step_is_told(in_movers, otto, asker, server):
    in_movers.logo, in_movers.logo_type = b"picture", "image/png"
    in_movers.save()
    trial = run(layout_trying.send_me(MAIL, otto, asker))
    assert [one["stage"] for one in trial.steps if one["ok"]] == trial.stages
    assert trial.stages[-1] == "accepted" and trial.sealed is None
    (mail,) = server.accepted()
    assert mail["recipients"] == ["otto@movers.example"]
    message = message_from_bytes(mail["content"], policy=default)
    assert message["Subject"] == "Movers: your link"
    assert "123456" in message.get_body(("plain",)).get_content().splitlines()
    assert [part.get_content_type() for part in message.walk()][-1] == "image/png"
    assert not Message.objects.exists()


def test_without_a_mail_server_the_trial_says_so(otto, asker, settings):
    settings.KEYTURN_EMAIL_URL = ""
    trial = run(layout_trying.send_me(MAIL, otto, asker))
    assert trial.steps[-1]["finding"] == "no_server"


def test_an_operator_without_an_address_gets_none(otto, asker):
    otto.email = ""
    with pytest.raises(LayoutRefused) as refused:
        layout_trying.send_me(MAIL, otto, asker)
    assert (refused.value.reason, refused.value.field) == ("no_address", "operator")


def test_words_that_cannot_be_shown_are_not_sent(otto, asker):
    with pytest.raises(WordsRefused):
        layout_trying.send_me(Writing(MAIL.named, "en", Words("S", LINK_TEXT, "<b>" * 10_000)), otto, asker)
    assert not Trial.objects.exists()


def test_a_text_message_goes_by_the_gateway_and_counts(in_movers, otto, asker):
    with HttpGateway() as gateway:
        SmsGateway.objects.create(name="Ours", url=gateway.url)
        trial = run(layout_trying.send_me(SMS, otto, asker, number="+14155550101"))
        assert trial.steps[-1]["stage"] == "accepted", trial.steps
    in_movers.sms_per_day = 1
    in_movers.save()
    with pytest.raises(TrialRefused):
        layout_trying.send_me(SMS, otto, asker, number="+14155550101")


def test_without_a_gateway_the_trial_says_so(otto, asker):
    trial = run(layout_trying.send_me(SMS, otto, asker, number="+14155550101"))
    assert trial.steps[-1]["finding"] == "no_gateway"


def test_a_number_that_is_none_is_refused(otto, asker):
    with pytest.raises(TrialRefused):
        layout_trying.send_me(SMS, otto, asker, number="no number")
    with pytest.raises(LayoutRefused):
        layout_trying.send_me(SMS, otto, asker)


def test_nobody_can_send_tests_without_end(otto, asker, monkeypatch):
    monkeypatch.setattr(trials, "TRIALS", trials.counters.Limit("outbox.trials", 1, trials.TRIALS.window))
    assert isinstance(layout_trying.send_me(MAIL, otto, asker), Trial)
    assert not isinstance(layout_trying.send_me(MAIL, otto, asker), Trial)
