"""The bytes of a mail: headers that no value can change, a text part that a person can read raw."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.outbox.transports import writing
from keyturn.outbox.transports.base import Outgoing
from keyturn.outbox.transports.server import Server
from tests.outbox.conftest import LINK

SERVER = Server("real", "mail.movers.example", 587, "starttls")
OUTGOING = Outgoing(
    to="mara@movers.example",
    subject="Reset your password",
    text=f"Open this link:\n\n{LINK}\n\n048213\n",
    html="<p>Open this link</p>\n",
    header_id="<0123@movers.example>",
    written_at=datetime(2026, 11, 21, 12, tzinfo=UTC),
    sender_name="Movers",
    sender_host="movers.example",
)
HEADERS = [
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
]  # fmt: skip
INJECTIONS = [
    "x\r\nBcc: mallory@evil.example",
    "x\nBcc: mallory@evil.example",
    "x\rBcc: mallory@evil.example",
    "x\u2028Bcc: mallory@evil.example",
    "x\u2029Bcc: mallory@evil.example",
    "x\u0085Bcc: mallory@evil.example",
    "x\x00Bcc: mallory@evil.example",
    "x\r\n\r\n<p>body</p>",
    "x\r\n Bcc: folded@evil.example",
    "x\x0bBcc: y",
    "x\x1cBcc: y",
    "=?utf-8?q?x=0D=0ABcc:_mallory@evil.example?=",
    "=?UTF-8?B?eA0KQmNjOiBtYWxsb3J5QGV2aWwuZXhhbXBsZQ==?=",
]
HARMLESS = [
    "what=? x",
    'x" <mallory@evil.example>, "y',
    "x, mallory@evil.example",
    "(comment) <mallory@evil.example>",
    "Müller & Söhne",
    "移动",
    "x" * 300,
    "a:b;c",
]
one_line = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\u2028\u2029\u0085"), max_size=80
)


def written(outgoing=OUTGOING, server=SERVER):
    mail = writing.write(outgoing, server)
    return mail, message_from_bytes(mail.content, policy=default)


def test_the_headers_are_these_and_no_others():
    mail, message = written()
    assert message.keys() == HEADERS
    assert (message["From"], message["To"]) == ("Movers <no-reply@movers.example>", "mara@movers.example")
    assert message["Message-ID"] == "<0123@movers.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert (mail.sender, mail.recipient) == ("no-reply@movers.example", "mara@movers.example")


def test_a_profile_names_its_own_sender():
    _mail, message = written(server=replace(SERVER, from_address="hello@labs.example", from_name="Labs"))
    assert message["From"] == "Labs <hello@labs.example>"


@pytest.mark.parametrize("value", INJECTIONS)
@pytest.mark.parametrize("field", ["to", "subject", "sender_name", "header_id", "sender_host"])
def test_nothing_with_a_line_end_reaches_a_header(field, value):
    with pytest.raises(ValueError):
        written(replace(OUTGOING, **{field: value}))


@pytest.mark.parametrize("value", HARMLESS)
@pytest.mark.parametrize("field", ["subject", "sender_name"])
def test_what_only_looks_dangerous_is_text(field, value):
    mail, message = written(replace(OUTGOING, **{field: value}))
    assert message.keys() == HEADERS
    assert [one.addr_spec for one in message["From"].addresses] == ["no-reply@movers.example"]
    assert mail.recipient == "mara@movers.example"
    assert message["Bcc"] is None


@given(subject=one_line, sender_name=one_line)
def test_no_value_changes_the_headers(subject, sender_name):
    _mail, message = written(replace(OUTGOING, subject=subject or "x", sender_name=sender_name))
    assert message.keys() == HEADERS
    assert [one.addr_spec for one in message["To"].addresses] == ["mara@movers.example"]
    assert [one.addr_spec for one in message["From"].addresses] == ["no-reply@movers.example"]


def test_every_try_is_the_same_bytes():
    assert written()[0].content == written()[0].content


def test_plain_text_stays_readable_in_the_raw_mail():
    mail, _message = written()
    assert LINK.encode() in mail.content.splitlines()
    assert b"048213" in mail.content.splitlines()


@pytest.mark.parametrize("text", [f"¿Quién?\n\n{LINK}\n", f"{'long ' * 400}\n\n{LINK}\n", f"移动\n{LINK}\n"])
def test_other_text_survives_decoding_and_no_line_is_too_long(text):
    mail, message = written(replace(OUTGOING, text=text))
    assert message.get_body(("plain",)).get_content().splitlines() == text.splitlines()
    assert mail.content.isascii()
    assert max(map(len, mail.content.split(b"\r\n"))) <= 998


def test_the_text_comes_before_the_html():
    _mail, message = written()
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_a_message_without_html_is_plain_text():
    _mail, message = written(replace(OUTGOING, html=""))
    assert message.get_content_type() == "text/plain"


@given(st.text(st.sampled_from("ab.\r\n\u2028é")))
def test_no_bare_line_end_leaves(text):
    """A bare CR or LF is how a second mail is smuggled into a first."""
    try:
        content = written(replace(OUTGOING, text=text))[0].content
    except writing.NotAMessage:
        return
    assert b"\r" not in content.replace(b"\r\n", b"") and b"\n" not in content.replace(b"\r\n", b"")


def test_an_address_beyond_ascii_says_so():
    assert written(replace(OUTGOING, to="zoë@movers.example"))[0].utf8
    assert not written()[0].utf8
