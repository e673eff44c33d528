"""Reports as servers write them: which end a message, and which end nothing."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.outbox.bounces import reports


def standard(action: str, status: str, said: str = "smtp; 550 5.1.1 No such user", extra: str = "") -> bytes:
    """A report by RFC 3464."""
    fields = f"Final-Recipient: rfc822; mara@movers.example\nAction: {action}\nStatus: {status}\n"
    lines = f"""\
From: MAILER-DAEMON@mx.example
Subject: Delivery report
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=b="

--=b=

Something happened to your message.

--=b=
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

{fields}Diagnostic-Code: {said}
{extra}
--=b=--
"""
    return lines.encode()


@pytest.mark.mission("M0.5")
@pytest.mark.parametrize(
    ("action", "status", "is_failed"),
    [
        ("failed", "5.1.1", True),
        ("Failed", "5.2.2 (mailbox full)", True),
        ("failed", "", True),
        ("failed", "4.4.7", False),
        ("delayed", "4.4.1", False),
        ("delayed", "5.1.1", False),
        ("delivered", "2.0.0", False),
        ("relayed", "2.0.0", False),
        ("expanded", "2.0.0", False),
        ("", "", False),
    ],
)
def test_action_and_status_decide(action, status, is_failed):
    assert reports.read(standard(action, status)).is_failed is is_failed


def test_the_words_of_the_server_are_kept_on_one_line():
    read = reports.read(standard("failed", "5.1.1", "smtp; 550 5.1.1\n <mara@movers.example>:\n no such user"))
    assert read.words == "550 5.1.1 <mara@movers.example>: no such user"
    assert len(reports.read(standard("failed", "5.0.0", "smtp; " + "x" * 5000)).words) <= 400


def prose(subject: str, text: str, **headers: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "MAILER-DAEMON@mx.example", subject
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def test_a_server_that_writes_prose_is_understood():
    qmail = (
        "Hi. This is the qmail-send program at mx.example.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
        "<mara@movers.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        "--- Below this line is a copy of the message.\n\nReturn-Path: <x@y.example>\n"
    )
    assert reports.read(prose("failure notice", qmail)).is_failed


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\xff" * 1000,
        prose("Out of office", "I am on holiday until Monday.", Auto_Submitted="auto-replied"),
        prose("Re: your mail", "Who are you?"),
        standard("failed", "4.2.2", extra="\nAction: delayed\n"),
        b"Content-Type: message/delivery-status\n\n" + b"\n" * 10000,
        b"Content-Type: multipart/report; boundary=x\n\n" + b"--x\n\n" * 5000,
        b"Content-Type: multipart/mixed; boundary=\xff\n\n--\xff\n",
    ],
)
def test_whatever_else_comes_ends_nothing(content):
    assert not reports.read(content).is_failed


@given(st.binary(max_size=2000))
def test_no_bytes_break_the_reading(content):
    reports.read(content)
