"""Trials of cell providers and HTTP gateways: what the other side said is shown."""

import pytest

from keyturn.outbox import gateways, trials
from keyturn.outbox.models import CellProvider
from tests.outbox.httpgateway import HttpGateway
from tests.outbox.trials.acts import PASSWORD, finding, run


@pytest.mark.mission("M0.17")
def test_a_provider_is_tried_by_the_tenants_own_mail_server(asker, server):
    carrier = CellProvider.objects.create(name="Example Wireless", sms_domain="sms.example.net")
    trial = run(trials.ask_provider(carrier, "(415) 555-0101", "Is anybody there?", asker))
    assert finding(trial) == ("accepted", None) and trial.steps[-1]["words"] == "250 2.0.0 taken"
    (mail,) = server.accepted()
    assert mail["recipients"] == ["4155550101@sms.example.net"] and b"Is anybody there?" in mail["content"]


@pytest.mark.mission("M0.17")
def test_what_the_mail_server_said_against_it_is_shown(asker, server):
    server.become("rcpt_5xx")
    carrier = CellProvider.objects.create(name="Example Wireless", sms_domain="sms.example.net")
    trial = run(trials.ask_provider(carrier, "+14155550101", "Hello", asker))
    assert finding(trial) == ("recipient", "recipient_refused") and "no such person" in trial.steps[-1]["words"]


def test_a_number_that_does_not_fit_the_format_is_named(asker, server):
    carrier = CellProvider.objects.create(name="Example Wireless", sms_domain="sms.example.net")
    assert finding(run(trials.ask_provider(carrier, "+44 20 7946 01", "Hello", asker)))[1] == "number_unfit"


def test_without_a_mail_server_the_trial_says_so(asker, settings):
    settings.KEYTURN_EMAIL_URL = ""
    carrier = CellProvider.objects.create(name="Example Wireless", sms_domain="sms.example.net")
    assert finding(run(trials.ask_provider(carrier, "+14155550101", "Hello", asker)))[1] == "no_server"


@pytest.mark.parametrize(
    ("status", "expected"),
    [(200, None), (401, "key_refused"), (400, "message_refused"), (503, "later"), (302, "key_refused")],
)
def test_a_gateway_is_tried_and_its_words_are_shown(asker, status, expected):
    with HttpGateway(status, b'{"said": "something"}') as gateway:
        new = gateways.NewGateway(name="Texts", url=gateway.url, auth="bearer", secret=PASSWORD)
        trial = run(trials.ask_gateway(new, "+14155550101", "Hello", asker))
    assert finding(trial) == ("accepted", expected)
    assert trial.steps[-1]["words"] == f'{status} {{"said": "something"}}'
