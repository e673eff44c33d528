"""The mail catcher speaks SMTP, keeps what it accepted, and shows it as a person would see it."""

import smtplib
import subprocess
import sys
from email.message import EmailMessage

import pytest

from keyturn.demo import catcher, reading

GATEWAYS = frozenset({"sms.example.net"})


@pytest.fixture
def post(tmp_path):
    """Sends a message to a catcher that runs in another process."""
    command = [sys.executable, "-m", "keyturn.demo.catcher", tmp_path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        port = int(process.stdout.readline())

        def send(to: str, text: str, html: str = "") -> None:
            message = EmailMessage()
            message["To"], message["From"], message["Subject"] = to, "desk@movers.example", "Grüße"
            message.set_content(text)
            if html:
                message.add_alternative(html, subtype="html")
            with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
                server.send_message(message)

        yield send
        process.terminate()


def test_what_was_accepted_is_kept_the_newest_first(post, tmp_path):
    post("mara@movers.example", "one")
    post("nils@movers.example", "two", html="<p>two</p>")
    newest, oldest = catcher.caught(tmp_path)
    assert (oldest.to, oldest.message["Subject"], oldest.number) == ("mara@movers.example", "Grüße", 1)
    assert reading.html_of(newest).strip() == "<p>two</p>"


def test_a_message_that_is_only_half_written_is_seen_when_it_is_whole(post, tmp_path):
    post("mara@movers.example", "one")
    post("nils@movers.example", "two")
    file = tmp_path / "mail.jsonl"
    whole = file.read_bytes()
    for end in (len(whole) - 1, len(whole) - 40):
        file.write_bytes(whole[:end])
        assert [caught.to for caught in catcher.caught(tmp_path)] == ["mara@movers.example"]
    file.write_bytes(whole)
    assert len(catcher.caught(tmp_path)) == 2


def test_a_full_mailbox_refuses(post, tmp_path):
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        post("rosa@full.example", "one")
    assert catcher.caught(tmp_path) == []


def test_links_and_secrets_stand_out_and_the_rest_is_plain(post, tmp_path):
    post(
        "mara@movers.example", "Hello 123456,\n\nhttps://movers.example/r/abc\n\n493021\n\nKt7mPq4RbZ\n\nabcdefghij\n"
    )
    mail = reading.read(catcher.caught(tmp_path)[0], GATEWAYS)
    assert [(line.kind, line.text) for line in mail.lines if line.text] == [
        ("plain", "Hello 123456,"),
        ("link", "https://movers.example/r/abc"),
        ("secret", "493021"),
        ("secret", "Kt7mPq4RbZ"),
        ("plain", "abcdefghij"),
    ]
    assert not mail.is_text_message


def test_a_mail_to_a_gateway_is_a_text_message(post, tmp_path):
    post("4155550101@sms.example.net", "Movers: Kt7mPq4RbZ")
    mail = reading.read(catcher.caught(tmp_path)[0], GATEWAYS)
    assert mail.is_text_message
    assert mail.phone == "4155550101"
