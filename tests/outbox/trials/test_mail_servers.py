"""Trials of mail servers: each step as it happens, and troubles told from one another."""

import contextlib
import smtplib
import socket
import threading

import pytest

from keyturn.lib import egress
from keyturn.outbox import trials, trying
from keyturn.outbox.diagnosis import SENTENCES, Finding
from keyturn.outbox.models import Trial
from keyturn.tenants.models import Tenant
from tests.mailserver import MailServer
from tests.outbox.trials.acts import PASSWORD, TO, finding, profile, raising, reached, run


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
    monkeypatch.setattr(socket, "create_connection", raising(problem))
    trial = run(trials.ask_mail(profile(25), TO, asker))
    assert finding(trial) == ("connected", expected)


def test_a_port_where_really_nobody_listens_is_refused(asker):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    assert finding(run(trials.ask_mail(profile(port), TO, asker))) == ("connected", "refused")


@pytest.mark.parametrize(
    ("error", "expected"), [(socket.EAI_NONAME, "nowhere"), (socket.EAI_AGAIN, "names_unanswered")]
)
def test_an_unknown_name_is_told_from_a_silent_name_service(asker, monkeypatch, error, expected):
    monkeypatch.setattr(socket, "getaddrinfo", raising(socket.gaierror(error, "no")))
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
    assert finding(trial) == ("resolved", "nowhere")
    assert server.connections() == 0
    assert trial.steps == [{**trial.steps[0], "words": str(egress.Nowhere())}]  # the same words wherever it leads


def test_without_the_guard_it_would_be_reached(asker, server, settings, monkeypatch):
    """The negative control."""
    settings.KEYTURN_EGRESS_ALLOW = []
    monkeypatch.setattr(egress, "look_up", lambda host, port, ports: egress.resolve(host, port))
    run(trials.ask_mail(profile(server.port), TO, asker))
    assert server.connections() == 1


def test_what_was_asked_before_the_organization_was_suspended_does_not_leave(asker, server):
    trial = trials.ask_mail(profile(server.port), TO, asker)
    Tenant.objects.update(status=Tenant.SUSPENDED)
    trial = run(trial)
    assert trial.steps[-1]["words"] == "the organization is suspended" and not reached(trial)
    assert (trial.sealed, server.accepted(), Trial.objects.filter(ended_at=None).count()) == (None, [], 0)


def test_without_that_look_it_would_leave(asker, server, monkeypatch):
    trial = trials.ask_mail(profile(server.port), TO, asker)
    Tenant.objects.update(status=Tenant.SUSPENDED)
    monkeypatch.setattr(Tenant, "is_active", True)
    assert reached(run(trial))[-1] == "accepted" and server.accepted()


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


def test_the_library_still_says_what_the_diagnosis_listens_for():
    """Its words for a missing extension and a missing way to sign in are compared in outbox/diagnosis."""
    client = smtplib.SMTP()
    client.helo_resp, client.esmtp_features, client.does_esmtp = b"", {}, True
    with pytest.raises(smtplib.SMTPNotSupportedError, match="STARTTLS"):
        client.starttls()
    client.esmtp_features = {"auth": "GSSAPI"}
    with pytest.raises(smtplib.SMTPException, match="authentication method"):
        client.login("k", "p")
