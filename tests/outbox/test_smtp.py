"""SMTP against a real server in another process: what it answers, what it is told, how long we listen."""

import contextlib
import socket
import time
from dataclasses import replace
from threading import Thread

import pytest

from keyturn.outbox.transports import Smtp, connection, dialogue
from keyturn.outbox.transports.base import (
    Ambiguous,
    Later,
    Refused,
    SenderRefused,
    TransportError,
    Unreachable,
)
from keyturn.outbox.transports.connection import Timeouts
from keyturn.outbox.transports.server import Server
from tests.outbox.acts import OUTGOING, smtp


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
