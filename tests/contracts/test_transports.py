"""One contract for every transport, the one in memory included: what callers may rely on.

Each neighbour says how it is made to take, to refuse and to fail, and what it has taken.
"""

import ipaddress
import re
from datetime import UTC, datetime

import pytest

from keyturn.outbox.mail_services import SERVICES, Account
from keyturn.outbox.transports import TRANSPORTS, CarrierGateway, HttpSms, Memory, Smtp
from keyturn.outbox.transports.base import Later, Outgoing, Receipt, Refused, Transport, Unreachable, kept_reply
from keyturn.outbox.transports.http_sms import Gateway
from keyturn.outbox.transports.provider import Provider
from keyturn.outbox.transports.server import Server
from keyturn.outbox.transports.smtp import close_idle
from tests.mailserver import MailServer
from tests.outbox.httpgateway import HttpGateway
from tests.outbox.mailservice import KEY, MailService

OUTGOING = Outgoing(
    to="mara@movers.example",
    subject="Your temporary password",
    text="Sign in with it:\n\nWx7mRt4pKq\n",
    html="<p>Sign in with it:</p><p>Wx7mRt4pKq</p>",
    header_id="<0123@movers.example>",
    written_at=datetime(2026, 11, 21, tzinfo=UTC),
    sender_name="Movers",
    sender_host="movers.example",
    secrets=("Wx7mRt4pKq",),
)


class InMemory:
    """Nothing leaves the process."""

    def __init__(self, folder):
        self.transport: Transport = Memory()

    outgoing = OUTGOING

    def refuse(self):
        self.transport.error = Refused("550 no such person")

    def put_off(self):
        self.transport.error = Later("450 later")

    def vanish(self):
        self.transport.error = Unreachable("nobody there")

    def taken(self):
        return [outgoing.header_id for outgoing in self.transport.taken]

    def stop(self):
        pass


class BySmtp:
    """A real server in another process."""

    outgoing = OUTGOING

    def __init__(self, folder):
        self.server = MailServer(folder).__enter__()
        self.transport = self._made(Smtp(Server("real", "127.0.0.1", self.server.port, "none")))

    def _made(self, smtp):
        return smtp

    def refuse(self):
        self.server.become("rcpt_5xx")

    def put_off(self):
        self.server.become("rcpt_4xx")

    def vanish(self):
        close_idle(older_than=0)
        self.server.__exit__()

    def taken(self):
        lines = [line for mail in self.server.accepted() for line in mail["content"].splitlines()]
        return [line.partition(b": ")[2].decode() for line in lines if line.startswith(b"Message-ID")]

    def stop(self):
        close_idle(older_than=0)
        if self.server._process.poll() is None:
            self.server.__exit__()


class ByCarrier(BySmtp):
    """The carrier's gateway, by the same server."""

    outgoing = Outgoing(**{**vars(OUTGOING), "to": "+14155550101"})

    def _made(self, smtp):
        return CarrierGateway(smtp, "sms.example.net", "10-digit")


class ByHttp:
    """A provider's HTTP gateway on this machine."""

    outgoing = ByCarrier.outgoing

    def __init__(self, folder):
        self.gateway = HttpGateway(200, b"taken").__enter__()
        self.transport = HttpSms(Gateway("texts", self.gateway.url, auth="bearer", secret="key-1", guarded=False))

    def refuse(self):
        self.gateway.status = 400

    def put_off(self):
        self.gateway.status = 503

    def vanish(self):
        self.gateway.__exit__()
        self.gateway = None

    def taken(self):
        ids = [f"<{asked['headers']['Idempotency-Key']}>" for asked in self.gateway.asked]
        return ids if self.gateway.status == 200 else []

    def stop(self):
        if self.gateway:
            self.gateway.__exit__()


class ByMailgun:
    """A mail service on this machine."""

    outgoing = OUTGOING
    name = "mailgun"

    def __init__(self, folder):
        self.service = MailService(self.name).__enter__()
        self._real = SERVICES[self.name]
        SERVICES[self.name] = self.service.here(self._real)
        region = next(iter(self._real.regions))
        self.transport = Provider(Account("paid", self.name, region, KEY))

    def refuse(self):
        self.service.mode = "refuse"

    def put_off(self):
        self.service.mode = "put_off"

    def vanish(self):
        self.service.__exit__()
        self.service = None

    def taken(self):
        return self.service.header_ids

    def stop(self):
        SERVICES[self.name] = self._real
        if self.service:
            self.service.__exit__()


class ByPostmark(ByMailgun):
    """Another, which refuses recipients in an answer of its own shape."""

    name = "postmark"


NEIGHBOURS = {
    "memory": InMemory,
    "smtp": BySmtp,
    "carrier_gateway": ByCarrier,
    "http_sms": ByHttp,
    "provider": ByMailgun,
    "provider as another service": ByPostmark,
}


@pytest.fixture(params=NEIGHBOURS)
def neighbour(request, tmp_path, settings):
    settings.KEYTURN_EGRESS_ALLOW = [ipaddress.ip_network("127.0.0.0/8")]  # mail services are guarded, always
    made = NEIGHBOURS[request.param](tmp_path / "mail")
    yield made
    made.stop()


def test_no_transport_is_left_out():
    assert {name.partition(" as ")[0] for name in NEIGHBOURS} == TRANSPORTS.keys()


def test_has_a_name_for_the_attempt_log(neighbour):
    assert neighbour.transport.name


def test_gives_a_receipt_with_the_other_sides_words(neighbour):
    receipt = neighbour.transport.send(neighbour.outgoing)
    assert isinstance(receipt, Receipt) and receipt.reply[:1] == "2"
    assert len(neighbour.taken()) == 1


def test_a_second_try_bears_the_same_message_id(neighbour):
    neighbour.transport.send(neighbour.outgoing)
    neighbour.transport.send(neighbour.outgoing)
    assert neighbour.taken() == [OUTGOING.header_id] * 2


def test_a_refusal_for_good_is_told_from_one_for_now(neighbour):
    neighbour.refuse()
    with pytest.raises(Refused) as refused:
        neighbour.transport.send(neighbour.outgoing)
    assert refused.value.reply
    neighbour.put_off()
    with pytest.raises(Later):
        neighbour.transport.send(neighbour.outgoing)
    assert not neighbour.taken()


def test_nobody_there_is_neither(neighbour):
    neighbour.vanish()
    with pytest.raises(Unreachable) as unreachable:
        neighbour.transport.send(neighbour.outgoing)
    assert unreachable.value.reply


def test_shows_no_secret_of_what_it_sends(neighbour):
    assert "Wx7mRt4pKq" not in repr(neighbour.outgoing)


def test_what_is_kept_of_an_answer_is_one_line_without_secrets():
    link = ("https://movers.example/r/Wx7mRt4pKq", "Wx7mRt4pKq")
    assert "Rt4p" not in kept_reply(b"554 5.7.1 blocked: movers.example/r/wx7mrt4pkq", link)
    kept = kept_reply(b"550 5.1.1 no\r\n such\x00 Wx7mRt4pKq " + b"x" * 900, ("Wx7mRt4pKq",))
    assert kept.startswith("550 5.1.1 no such … xxx")
    assert len(kept) == 500


@pytest.mark.parametrize("shown", range(1, 10))
def test_a_secret_that_an_earlier_cut_left_half_of_is_not_kept(shown):
    """The answer is cut where it comes in; what the message holds is known to who sent it alone."""
    cut = kept_reply("x" * (500 - shown) + "Wx7mRt4pKq")
    assert cut.endswith("xWx7mRt4pKq"[: shown + 1])
    kept = kept_reply(cut, ("https://movers.example/r/Wx7mRt4pKq", "Wx7mRt4pKq"))
    assert kept.endswith("x…") and "W" not in kept


def test_an_empty_secret_tears_no_answer_apart():
    assert kept_reply(b"250 2.0.0 queued", ("mara/", "")) == "250 2.0.0 queued"


def test_looking_for_a_secret_in_an_answer_leaves_it_in_no_cache():
    secret = "Zq8wVb3nTd"
    kept_reply(b"250 2.0.0 queued", (secret,))
    assert not _is_remembered(secret)
    re.sub(secret, "", "control")
    assert _is_remembered(secret)


def _is_remembered(secret: str) -> bool:
    """The library keeps the last patterns that it compiled."""
    return any(secret in str(pattern) for pattern in re._cache)
