"""SMTP against a real server in another process: trust before anything is said, one connection for many mails."""

import contextlib
import socket
import ssl
import time
from dataclasses import replace
from datetime import UTC, datetime
from threading import Thread

import pytest

from keyturn.outbox.transports import Smtp, connection, dialogue, trust
from keyturn.outbox.transports import smtp as module
from keyturn.outbox.transports.base import (
    Ambiguous,
    Later,
    Outgoing,
    Refused,
    SenderRefused,
    TransportError,
    Unreachable,
)
from keyturn.outbox.transports.connection import Timeouts
from keyturn.outbox.transports.server import Server
from keyturn.outbox.transports.smtp import close_idle
from tests.mailserver import Authority, MailServer

PASSWORD = "correct-horse"
OUTGOING = Outgoing(
    to="mara@movers.example",
    subject="Reset",
    text="Type this code:\n\n048213\n",
    html="",
    header_id="<0123@movers.example>",
    written_at=datetime(2026, 11, 21, tzinfo=UTC),
    sender_name="Movers",
    sender_host="movers.example",
)
BAD = ["untrusted", "self_signed", "wrong_name", "expired"]


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority, monkeypatch):
    """Our authority is the one that this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.bundle))
    remembered = trust.context
    remembered.cache_clear()
    yield authority
    remembered.cache_clear()


@pytest.fixture(autouse=True)
def _hang_up():
    yield
    close_idle(older_than=0)


def smtp(server, **changes):
    return Smtp(replace(Server("real", "127.0.0.1", server.port, server.tls), **changes))


def signed_in(server):
    return smtp(server, username="keyturn", password=PASSWORD)


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_that_holds_is_enough_to_sign_in_and_send(trusted, tmp_path, tls):
    with MailServer(tmp_path / "mail", tls=tls, certificate=trusted.good()) as server:
        signed_in(server).send(OUTGOING)
        (mail,) = server.accepted()
        assert mail["signed_in"]


@pytest.mark.parametrize("certificate", BAD)
@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_that_does_not_hold_hears_neither_credential_nor_message(trusted, tmp_path, tls, certificate):
    with MailServer(tmp_path / "mail", tls=tls, certificate=getattr(trusted, certificate)()) as server:
        with pytest.raises(Unreachable, match=r"(?i)certificate"):
            signed_in(server).send(OUTGOING)
        assert _only_greetings(server.heard())


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_without_the_check_the_test_above_would_fail(trusted, tmp_path, tls, monkeypatch):
    """The negative control: a client that trusts everybody tells everything."""
    monkeypatch.setattr(trust, "context", ssl._create_unverified_context)
    with MailServer(tmp_path / "mail", tls=tls, certificate=trusted.self_signed()) as server:
        signed_in(server).send(OUTGOING)
        assert not _only_greetings(server.heard())


def test_starttls_that_was_taken_out_on_the_way_is_not_done_without(trusted, tmp_path):
    with MailServer(tmp_path / "mail", tls="starttls", certificate=trusted.good()) as server:
        server.become("starttls_stripped")
        with pytest.raises(Unreachable, match="STARTTLS"):
            signed_in(server).send(OUTGOING)
        assert _only_greetings(server.heard())


def test_an_old_protocol_is_not_spoken():
    assert trust.context().minimum_version >= ssl.TLSVersion.TLSv1_2
    assert trust.context().check_hostname and trust.context().verify_mode is ssl.CERT_REQUIRED


def test_credentials_that_are_turned_down_are_trouble_of_the_server_not_of_the_message(trusted, tmp_path):
    with MailServer(tmp_path / "mail", tls="implicit", certificate=trusted.good()) as server:
        server.become("auth_refused")
        with pytest.raises(Unreachable, match="535") as refused:
            signed_in(server).send(OUTGOING)
        assert PASSWORD not in refused.value.reply
        assert b"MAIL FROM" not in server.heard()


def test_nobody_at_the_port():
    with pytest.raises(Unreachable, match="refused"):
        Smtp(Server("gone", "127.0.0.1", 9, "none")).send(OUTGOING)


def test_a_name_that_does_not_resolve():
    with pytest.raises(Unreachable):
        Smtp(Server("gone", "mail.invalid", 25, "none")).send(OUTGOING)


@pytest.mark.parametrize(
    ("mode", "error"),
    [
        ("connect_4xx", Unreachable),
        ("connect_5xx", Unreachable),
        ("mail_4xx", Later),
        ("mail_5xx", SenderRefused),
        ("rcpt_4xx", Later),
        ("rcpt_5xx", Refused),
        ("data_4xx", Later),
        ("data_5xx", Refused),
        ("421", Later),
        ("drop_before_data", Later),
        ("drop_mid_data", Ambiguous),  # so short a mail is out of our hands before anybody notices
        ("accept_then_drop", Ambiguous),
    ],
)
def test_every_answer_has_its_meaning(server, mode, error):
    server.become(mode)
    with pytest.raises(TransportError) as answer:
        smtp(server).send(OUTGOING)
    assert type(answer.value) is error
    assert answer.value.reply


def test_a_server_slower_than_our_patience_has_nothing(server, monkeypatch):
    monkeypatch.setattr(connection, "TIMEOUTS", Timeouts(connect=0.2, reply=0.2, data_end=0.2))
    server.become("slow")
    with pytest.raises(Unreachable):
        smtp(server).send(OUTGOING)
    assert not server.accepted()


def test_a_server_that_never_answers_the_final_dot_may_have_it(server, monkeypatch):
    monkeypatch.setattr(connection, "TIMEOUTS", Timeouts(connect=5, reply=5, data_end=0.2))
    server.become("silent")
    with pytest.raises(Ambiguous):
        smtp(server).send(OUTGOING)


def test_the_patience_is_that_of_the_standard():
    assert connection.TIMEOUTS == Timeouts(connect=10, reply=300, data_end=600)


def test_many_mails_go_through_one_connection(server):
    for _ in range(3):
        smtp(server).send(OUTGOING)
    assert (server.connections(), len(server.accepted())) == (1, 3)


def test_a_connection_is_not_used_after_trouble(server):
    smtp(server).send(OUTGOING)
    server.become("rcpt_5xx")
    with pytest.raises(Refused):
        smtp(server).send(OUTGOING)
    server.become("accept")
    smtp(server).send(OUTGOING)
    assert server.connections() == 2


def test_a_kept_connection_that_the_server_closed_is_made_anew(tmp_path):
    with MailServer(tmp_path / "mail") as server:
        transport = smtp(server)
        transport.send(OUTGOING)
        connection_kept = next(iter(_kept().values()))[0]
        connection_kept._smtp.sock.shutdown(2)  # what a server's idle timeout looks like from here
        transport.send(OUTGOING)
        assert len(server.accepted()) == 2


def test_a_kept_connection_that_became_too_busy_is_made_anew_once(server):
    smtp(server).send(OUTGOING)
    server.become("421")
    with pytest.raises(Later):
        smtp(server).send(OUTGOING)
    assert server.connections() == 2


def test_idle_connections_are_closed(server):
    smtp(server).send(OUTGOING)
    close_idle(older_than=60)
    assert len(_kept()) == 1
    close_idle(older_than=0)
    assert not _kept()


def test_another_password_is_another_connection(trusted, tmp_path):
    with MailServer(tmp_path / "mail", tls="implicit", certificate=trusted.good()) as server:
        smtp(server, username="one", password="1").send(OUTGOING)
        smtp(server, username="two", password="2").send(OUTGOING)
        assert server.connections() == 2


def test_every_thread_has_connections_of_its_own(server):
    def send():
        smtp(server).send(OUTGOING)
        close_idle(older_than=0)

    smtp(server).send(OUTGOING)
    thread = Thread(target=send)
    thread.start()
    thread.join()
    assert server.connections() == 2


def test_delivery_reports_are_asked_for_without_the_body(server):
    smtp(server).send(OUTGOING)
    mail, recipient = server.accepted()[0]["options"]
    assert "RET=HDRS" in mail and "ENVID=0123" in mail  # a bounce must not carry the secret back
    assert "NOTIFY=FAILURE,DELAY" in recipient and "ORCPT=rfc822;mara@movers.example" in recipient


@pytest.mark.parametrize(
    ("address", "spelled"),
    [("mara+work@movers.example", "mara+2Bwork@movers.example"), ("a=b@movers.example", "a+3Db@movers.example")],
)
def test_the_original_recipient_is_spelled_as_reports_want_it(server, address, spelled):
    """RFC 3461 §4: mara+work as it stands is bad syntax to Postfix, which refuses her mail for good."""
    smtp(server).send(replace(OUTGOING, to=address))
    _mail, recipient = server.accepted()[0]["options"]
    assert f"ORCPT=rfc822;{spelled}" in recipient and f"<{address}>" in recipient


def test_international_addresses_ask_for_it_and_others_do_not(server):
    smtp(server).send(OUTGOING)
    smtp(server).send(replace(OUTGOING, to="zoë@movers.example"))
    plain, international = (mail["options"][0] for mail in server.accepted())
    assert "SMTPUTF8" not in plain
    assert "SMTPUTF8" in international


@contextlib.contextmanager
def _talking_for_ever(pause: float = 0.0):
    """A hostile server: its greeting is one answer of ever more lines. Yields its port and what it has said."""
    said, listener = [], socket.create_server(("127.0.0.1", 0))

    def talk():
        with contextlib.suppress(OSError):
            caller, _ = listener.accept()
            with caller:
                while len(said) < 100_000:
                    caller.sendall(b"220-and another thing\r\n")
                    said.append(1)
                    time.sleep(pause)

    thread = Thread(target=talk)
    thread.start()
    with listener:
        yield listener.getsockname()[1], said
    thread.join()


def test_a_server_that_talks_for_ever_is_not_listened_to():
    with _talking_for_ever() as (port, said), pytest.raises(Unreachable, match="without an end"):
        Smtp(Server("hostile", "127.0.0.1", port, "none")).send(OUTGOING)
    assert len(said) < 100_000


def test_a_server_that_drips_is_left_at_the_deadline_of_one_answer(monkeypatch):
    monkeypatch.setattr(connection, "TIMEOUTS", Timeouts(connect=0.2, reply=0.2))
    with _talking_for_ever(pause=0.05) as (port, said), pytest.raises(Unreachable, match="without an end"):
        Smtp(Server("hostile", "127.0.0.1", port, "none")).send(OUTGOING)
    assert len(said) < dialogue._MOST_LINES


def test_lines_that_begin_with_a_dot_arrive_whole(server):
    smtp(server).send(replace(OUTGOING, text=".\n..\n.hidden\n"))
    assert server.accepted()[0]["content"].endswith(b"\r\n\r\n.\r\n..\r\n.hidden\r\n")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://keyturn.example", "keyturn.example"),
        ("http://127.0.0.1:8000", "[127.0.0.1]"),
        ("http://[::1]:8000", "[IPv6:::1]"),
    ],
)
def test_introduces_itself_by_the_installations_host(server, settings, url, name):
    settings.KEYTURN_PUBLIC_URL = url
    smtp(server).send(OUTGOING)
    assert server.accepted()[0]["hello"] == name


def _only_greetings(heard: bytes) -> bool:
    return all(line.split()[0] in {b"ehlo", b"STARTTLS", b"QUIT", b"quit"} for line in heard.splitlines())


def _kept():
    return module._connections()
