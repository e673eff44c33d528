"""Trials of mail servers, providers and gateways: each step as it happens, and troubles told from one another."""

import contextlib
import ipaddress
import smtplib
import socket
import threading
from datetime import timedelta

import pytest

from keyturn.lib import egress, keys
from keyturn.outbox import gateways, profile_edits, profiles, trials, trying
from keyturn.outbox.diagnosis import SENTENCES, Finding
from keyturn.outbox.models import CellProvider, Trial
from keyturn.outbox.profiles import NewProfile
from keyturn.outbox.trials import Asker, TrialRefused
from keyturn.tenants import scope
from tests.mailserver import MailServer
from tests.outbox.httpgateway import HttpGateway
from tests.outbox.mailservice import KEY, MailService, installed

PASSWORD = "correct-horse-7"
TO = "otto@movers.example"


@pytest.fixture
def asker(in_movers, now):
    return Asker("operator:otto", now)


@pytest.fixture(autouse=True)
def _this_machine_is_open(settings):
    """The tests' servers are on this machine, which is a private network like any other."""
    settings.KEYTURN_EGRESS_ALLOW = [ipaddress.ip_network("127.0.0.0/8")]


def profile(port, **changes):
    return NewProfile(**{"name": "Own", "host": "127.0.0.1", "port": port, "tls": "none", **changes})


def run(trial):
    assert trying.step()
    return Trial.objects.get(pk=trial.pk)


def finding(trial):
    last = trial.steps[-1]
    return (last["stage"], last.get("finding"))


def reached(trial):
    return [one["stage"] for one in trial.steps if one["ok"]]


@pytest.mark.mission("M1.7")
def test_every_stage_is_told_and_a_real_mail_arrives(asker, server):
    trial = run(trials.ask_mail(profile(server.port), TO, asker))
    assert reached(trial) == ["resolved", "connected", "greeted", "sender", "recipient", "accepted"] == trial.stages
    assert trial.steps[-1]["words"] == "250 2.0.0 taken"
    assert [mail["recipients"] for mail in server.accepted()] == [[TO]]


@pytest.mark.mission("M1.7")
@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_the_certificates_name_and_date_are_told_and_that_we_are_signed_in(asker, trusted, tmp_path, tls):
    with MailServer(tmp_path / "mail", tls=tls, certificate=trusted.good()) as server:
        trial = run(trials.ask_mail(profile(server.port, tls=tls, username="k", password=PASSWORD), TO, asker))
    assert set(reached(trial)) == set(trial.stages) and trial.stages[-4:-3] == ["signed_in"]
    secured = next(one["words"] for one in trial.steps if one["stage"] == "secured")
    assert secured.startswith("127.0.0.1; ") and "GMT" in secured and "TLSv1" in secured


@pytest.mark.mission("M1.7")
@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("auth_refused", ("signed_in", "wrong_password")),
        ("mail_5xx", ("sender", "sender_refused")),
        ("mail_4xx", ("sender", "later")),
        ("rcpt_5xx", ("recipient", "recipient_refused")),
        ("rcpt_4xx", ("recipient", "later")),
        ("data_5xx", ("accepted", "message_refused")),
        ("connect_5xx", ("greeted", "turned_away")),
        ("drop_before_data", ("accepted", "broken_off")),
        ("accept_then_drop", ("accepted", "no_answer")),
    ],
)
def test_what_the_server_says_is_told_apart(asker, server, mode, expected):
    server.become(mode)
    trial = run(trials.ask_mail(profile(server.port, username="k", password=PASSWORD), TO, asker))
    assert finding(trial) == expected and set(reached(trial)) < set(trial.stages)


@pytest.mark.mission("M1.7")
@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (TimeoutError("timed out"), "blocked"),
        (OSError(113, "No route to host"), "blocked"),
        (ConnectionRefusedError(111, "Connection refused"), "refused"),
        (ConnectionResetError(104, "reset"), "refused"),
    ],
)
def test_blocked_is_told_from_refused(asker, monkeypatch, problem, expected):
    monkeypatch.setattr(socket, "create_connection", _raising(problem))
    trial = run(trials.ask_mail(profile(25), TO, asker))
    assert finding(trial) == ("connected", expected)


def test_a_port_where_really_nobody_listens_is_refused(asker):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    assert finding(run(trials.ask_mail(profile(port), TO, asker))) == ("connected", "refused")


@pytest.mark.parametrize(
    ("error", "expected"), [(socket.EAI_NONAME, "name_unknown"), (socket.EAI_AGAIN, "names_unanswered")]
)
def test_an_unknown_name_is_told_from_a_silent_name_service(asker, monkeypatch, error, expected):
    monkeypatch.setattr(socket, "getaddrinfo", _raising(socket.gaierror(error, "no")))
    assert finding(run(trials.ask_mail(profile(25, host="mail.movers.example"), TO, asker))) == ("resolved", expected)


@pytest.mark.mission("M1.7")
@pytest.mark.parametrize("certificate", ["expired", "wrong_name", "untrusted", "self_signed"])
def test_a_certificate_that_does_not_hold_hears_no_password(asker, trusted, tmp_path, certificate):
    with MailServer(tmp_path / "mail", tls="implicit", certificate=getattr(trusted, certificate)()) as server:
        new = profile(server.port, tls="implicit", username="k", password=PASSWORD)
        trial = run(trials.ask_mail(new, TO, asker))
        assert PASSWORD.encode() not in server.heard()
    assert finding(trial) == ("secured", "certificate")


def test_starttls_that_is_not_offered_is_named(asker, server):
    assert finding(run(trials.ask_mail(profile(server.port, tls="starttls"), TO, asker))) == (
        "secured",
        "tls_not_offered",
    )


def test_tls_from_the_start_to_a_port_without_it_is_named(asker, server):
    assert finding(run(trials.ask_mail(profile(server.port, tls="implicit"), TO, asker))) == ("secured", "tls_failed")


def test_an_open_port_that_says_nothing_is_named(asker, monkeypatch):
    monkeypatch.setattr(trying, "PATIENCE", trying.Timeouts(connect=1, reply=0.2, data_end=0.2))
    with socket.create_server(("127.0.0.1", 0)) as mute:
        trial = run(trials.ask_mail(profile(mute.getsockname()[1]), TO, asker))
    assert finding(trial) == ("greeted", "silent")


def test_a_private_place_is_not_reached_and_does_not_learn_of_us(asker, server, settings):
    settings.KEYTURN_EGRESS_ALLOW = []
    trial = run(trials.ask_mail(profile(server.port), TO, asker))
    assert finding(trial) == ("resolved", "forbidden")
    assert server.connections() == 0
    assert trial.steps == [{**trial.steps[0], "words": str(egress.Forbidden())}]  # the same words wherever it leads


def test_without_the_guard_it_would_be_reached(asker, server, settings, monkeypatch):
    """The negative control."""
    settings.KEYTURN_EGRESS_ALLOW = []
    monkeypatch.setattr(egress, "look_up", lambda host, port, ports: egress.resolve(host, port))
    run(trials.ask_mail(profile(server.port), TO, asker))
    assert server.connections() == 1


def test_what_is_tried_lies_sealed_and_is_gone_afterwards(asker, server):
    server.become("echo")
    asked = trials.ask_mail(profile(server.port, username="k", password=PASSWORD), TO, asker)
    assert PASSWORD.encode() not in bytes(Trial.objects.get().sealed)
    trial = run(asked)
    assert trial.sealed is None and trial.ended_at and PASSWORD not in str(trial.steps)


def test_asking_needs_no_key_that_opens(asker, monkeypatch):
    monkeypatch.setattr(keys, "worker", _raising(AssertionError("the web process may not")))
    trials.ask_mail(profile(25, username="k", password=PASSWORD), TO, asker)


def test_a_kept_password_is_tried_where_it_was_kept_for_and_nowhere_else(asker, server, now):
    kept = profile_edits.add(profile(server.port, username="k", password=PASSWORD), now, actor="operator:otto")
    again = profile(server.port, username="k")
    assert finding(run(trials.ask_mail(again, TO, asker, kept=kept.pk))) == ("accepted", None)
    elsewhere = profile(server.port + 1, username="k")
    assert finding(run(trials.ask_mail(elsewhere, TO, asker, kept=kept.pk)))[1] == "no_password"
    other_name = profile(server.port, username="mallory")
    assert finding(run(trials.ask_mail(other_name, TO, asker, kept=kept.pk)))[1] == "no_password"


def test_the_owners_own_profile_may_lead_into_the_owners_network(asker, server, settings, now):
    settings.KEYTURN_EGRESS_ALLOW = []
    kept = profiles.save(profile(server.port), now)
    assert finding(run(trials.ask_mail(profile(server.port), TO, asker, kept=kept.pk))) == ("accepted", None)
    assert finding(run(trials.ask_mail(profile(server.port), TO, asker)))[1] == "forbidden"


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


@pytest.mark.parametrize(
    ("to", "reason"), [("", "empty"), ("nobody", "not_an_address"), ("a@b.example\r\nBcc: x@y.example", None)]
)
def test_where_to_is_checked_before_anything_is_written(asker, to, reason):
    with pytest.raises(TrialRefused) as refused:
        trials.ask_mail(profile(25), to, asker)
    assert refused.value.field == "to" and (reason is None or refused.value.reason == reason)
    assert not Trial.objects.exists()


def test_so_many_trials_and_no_more(asker, labs, now):
    for _ in range(trials.TRIALS.at_most):
        assert isinstance(trials.ask_mail(profile(25), TO, asker), Trial)
    assert trials.ask_mail(profile(25), TO, asker) > now
    with scope.inside(labs.id):
        assert isinstance(trials.ask_mail(profile(25), TO, asker), Trial)


def test_text_messages_of_trials_count_for_the_day(asker, in_movers):
    in_movers.sms_per_day = 1
    in_movers.save()
    carrier = CellProvider.objects.create(name="Example Wireless", sms_domain="sms.example.net")
    trials.ask_provider(carrier, "+14155550101", "Hello", asker)
    with pytest.raises(TrialRefused, match="sms_cap"):
        trials.ask_provider(carrier, "+14155550101", "Hello", asker)


def test_a_trial_that_nobody_watches_any_more_is_not_run(asker, server):
    trial = trials.ask_mail(profile(server.port), TO, asker)
    Trial.objects.update(created_at=asker.now - timedelta(minutes=11))
    assert finding(run(trial))[1] == "broken_off" and server.connections() == 0


def test_trials_are_forgotten_after_a_day(asker):
    trials.ask_mail(profile(25), TO, asker)
    assert trials.purge(asker.now) == 0
    assert trials.purge(asker.now + timedelta(days=2)) == 1


def test_every_finding_has_a_sentence():
    assert set(SENTENCES) == set(Finding) and all(str(words) for words in SENTENCES.values())


def test_a_server_that_talks_for_ever_ends_the_trial(asker, monkeypatch):
    monkeypatch.setattr(trying, "PATIENCE", trying.Timeouts(connect=1, reply=0.3, data_end=0.3))
    with socket.create_server(("127.0.0.1", 0)) as talker:
        threading.Thread(target=_drip, args=(talker,), daemon=True).start()
        trial = run(trials.ask_mail(profile(talker.getsockname()[1]), TO, asker))
    assert finding(trial)[0] == "greeted" and not trial.steps[-1]["ok"]


def _drip(listening):
    with contextlib.suppress(OSError):
        sock, _ = listening.accept()
        while True:
            sock.sendall(b"220-still here\r\n" * 40)


def _raising(problem):
    def broken(*_args, **_kwargs):
        raise problem

    return broken


def test_the_library_still_says_what_the_diagnosis_listens_for():
    """Its words for a missing extension and a missing way to sign in are compared in outbox/diagnosis."""
    client = smtplib.SMTP()
    client.helo_resp, client.esmtp_features, client.does_esmtp = b"", {}, True
    with pytest.raises(smtplib.SMTPNotSupportedError, match="STARTTLS"):
        client.starttls()
    client.esmtp_features = {"auth": "GSSAPI"}
    with pytest.raises(smtplib.SMTPException, match="authentication method"):
        client.login("k", "p")


def service_profile(**changes):
    return NewProfile(**{"name": "Paid", "service": "mailgun", "region": "eu", "password": KEY, **changes})


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


def test_a_kept_key_is_tried_for_its_service_and_region_and_nowhere_else(asker, mailgun, now):
    kept = profile_edits.add(service_profile(), now, actor="operator:otto")
    again = service_profile(password="")
    run(trials.ask_mail(again, TO, asker, kept=kept.pk))
    assert len(mailgun.asked) == 1
    for elsewhere in ({"region": "us"}, {"service": "postmark", "region": ""}):
        trial = run(trials.ask_mail(service_profile(password="", **elsewhere), TO, asker, kept=kept.pk))
        assert finding(trial)[1] == "no_password"
    assert len(mailgun.asked) == 1
