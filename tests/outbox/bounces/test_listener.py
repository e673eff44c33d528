"""Reports over real SMTP: they end the message that their address names, and nothing else gets in."""

import contextlib
import smtplib

import pytest

from keyturn.outbox.bounces import listener, return_path
from keyturn.outbox.models import Message
from keyturn.recovery import follow_up
from keyturn.tenants import scope
from tests import cluster
from tests.outbox.bounces.test_reports import standard

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def port(settings):
    settings.KEYTURN_BOUNCE_ADDRESS = "bounces@reports.example"
    number = cluster.free_port()
    with listener.listening("127.0.0.1", number, "keyturn.example"):
        yield number


@pytest.fixture
def sent(posted, now):
    Message.objects.filter(pk=posted.pk).update(state=Message.SENT, sealed=None, ended_at=now, due_at=None)
    return posted


def report(port: int, to: str, content: bytes) -> int:
    """Hand a report over as a mail server would; the code of the last answer."""
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as server:
        try:
            server.sendmail("", [to], content)
        except smtplib.SMTPRecipientsRefused as problem:
            return next(iter(problem.recipients.values()))[0]
        except smtplib.SMTPResponseException as problem:
            return problem.smtp_code
    return 250


def state_of(message: Message) -> str:
    message.refresh_from_db()
    return message.state


@pytest.mark.mission("M0.5")
def test_a_failed_message_is_bounced_and_followed_up(port, sent, email):
    assert report(port, return_path.of(sent.pk), standard("failed", "5.2.2", "smtp; 552 Mailbox full")) == 250
    assert (state_of(sent), sent.last_reply) == (Message.BOUNCED, "552 Mailbox full")
    with scope.inside(sent.tenant_id):
        assert follow_up.step()
        email.refresh_from_db()
    assert email.bounced_at is not None


@pytest.mark.parametrize(
    "said", [standard("delayed", "4.4.1"), standard("failed", "4.4.7"), b"Subject: hello\n\nhi\n"]
)
def test_a_report_that_ends_nothing_leaves_it_sent(port, sent, said):
    assert report(port, return_path.of(sent.pk), said) == 250
    assert state_of(sent) == Message.SENT


def test_nobody_else_has_an_address_here(port, sent):
    content = standard("failed", "5.1.1")
    assert report(port, "bounces@reports.example", content) == 550
    assert report(port, return_path.of(sent.pk).replace("+", "+a"), content) == 550
    assert report(port, "root@localhost", content) == 550
    assert state_of(sent) == Message.SENT


def test_without_the_signature_a_stranger_could_end_messages(port, sent, monkeypatch):
    made = return_path.of(sent.pk)
    forged = made[:-17] + ("a" if made[-17] != "a" else "b") + made[-16:]
    monkeypatch.setattr(return_path.hmac, "compare_digest", lambda *_: True)
    assert report(port, forged, standard("failed", "5.1.1")) == 250
    assert state_of(sent) == Message.BOUNCED


@pytest.mark.parametrize("state", [Message.QUEUED, Message.CANCELLED, Message.DELIVERED, Message.EXPIRED])
def test_only_a_message_that_was_sent_can_bounce(port, posted, state):
    Message.objects.filter(pk=posted.pk).update(state=state)
    assert report(port, return_path.of(posted.pk), standard("failed", "5.1.1")) == 250
    assert state_of(posted) == state


def test_a_report_after_a_month_is_none(port, sent, now):
    Message.objects.filter(pk=sent.pk).update(created_at=now - listener.taking.HONOURED_FOR)
    report(port, return_path.of(sent.pk), standard("failed", "5.1.1"))
    assert state_of(sent) == Message.SENT


def test_what_is_too_large_is_refused(port, sent):
    assert report(port, return_path.of(sent.pk), b"x" * (listener.LONGEST + 1)) == 552
    assert state_of(sent) == Message.SENT


def test_bare_line_ends_smuggle_nothing(port, sent):
    """SMTP smuggling (CVE-2023-51764): a dot between bare line feeds must not end the content."""
    inner = b"\n.\nMAIL FROM:<>\nRCPT TO:<x@y>\nDATA\n" + standard("failed", "5.1.1")
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as server:
        server.ehlo()
        server.mail("")
        server.rcpt(return_path.of(sent.pk))
        server.docmd("DATA")
        server.send(b"Subject: x\r\n\r\nhello" + inner.replace(b"\r\n", b"\n") + b"\r\n.\r\n")
        code, _words = server.getreply()
        assert server.noop()[0] == 250  # and no second dialogue was begun
    assert code in (250, 554, 500)
    assert state_of(sent) == Message.SENT


def test_one_connection_too_many_is_turned_away(port, monkeypatch):
    monkeypatch.setattr(listener, "AT_ONCE", 1)
    with smtplib.SMTP("127.0.0.1", port, timeout=30):
        with pytest.raises(smtplib.SMTPConnectError) as problem:
            smtplib.SMTP("127.0.0.1", port, timeout=30)
        assert problem.value.smtp_code == 421
    for _ in range(100):  # the place is free again as soon as the server noticed
        with contextlib.suppress(smtplib.SMTPException, OSError):
            smtplib.SMTP("127.0.0.1", port, timeout=30).close()
            return
    pytest.fail("the place was never given back")
