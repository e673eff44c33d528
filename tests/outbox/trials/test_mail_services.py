"""Trials of paid mail services: the same steps, and a kept key that is used nowhere else."""

import pytest

from keyturn.outbox import profile_edits, trials
from keyturn.outbox.profiles import NewProfile
from tests.outbox.mailservice import KEY, MailService, installed
from tests.outbox.trials.acts import TO, finding, reached, run


def service_profile(**changes):
    account = {"service": "mailgun", "region": "eu", "password": KEY, "from_address": "post@movers.example"}
    return NewProfile(**{"name": "Paid", **account, **changes})


@pytest.fixture
def mailgun(trusted, monkeypatch):
    with MailService("mailgun", certificate=trusted.good()) as running:
        installed(monkeypatch, running)
        yield running


@pytest.mark.mission("M2.3", "M1.7")
def test_a_mail_service_is_tried_by_the_same_steps(asker, mailgun):
    trial = run(trials.ask_mail(service_profile(), TO, asker))
    assert reached(trial) == trial.stages == [
        "resolved", "connected", "secured", "signed_in", "sender", "recipient", "accepted"
    ]  # fmt: skip
    assert mailgun.asked[0]["said"]["to"] == [TO] and trial.sealed is None


@pytest.mark.mission("M2.3")
@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("wrong_key", "wrong_key"),
        ("refuse_sender", "sender_refused"),
        ("refuse", "recipient_refused"),
        ("put_off", "later"),
        ("nonsense", "no_answer"),
    ],
)
def test_what_a_mail_service_says_is_told_apart(asker, mailgun, mode, expected):
    mailgun.mode, mailgun.echoes = mode, KEY
    trial = run(trials.ask_mail(service_profile(), TO, asker))
    assert finding(trial)[1] == expected and KEY not in str(trial.steps) and trial.steps[-1]["words"]


@pytest.mark.mission("M2.3")
def test_without_a_domain_of_ones_own_a_sender_is_asked_for(asker, mailgun):
    trial = run(trials.ask_mail(service_profile(from_address=""), TO, asker))  # no-reply at 127.0.0.1
    assert finding(trial) == ("resolved", "sender_unfit") and not mailgun.asked


def test_a_kept_key_is_tried_for_its_service_and_region_and_nowhere_else(asker, mailgun, now):
    kept = profile_edits.add(service_profile(), now, actor="operator:otto")
    again = service_profile(password="")
    run(trials.ask_mail(again, TO, asker, kept=kept.pk))
    assert len(mailgun.asked) == 1
    for elsewhere in ({"region": "us"}, {"service": "postmark", "region": ""}):
        trial = run(trials.ask_mail(service_profile(password="", **elsewhere), TO, asker, kept=kept.pk))
        assert finding(trial)[1] == "no_password"
    assert len(mailgun.asked) == 1
