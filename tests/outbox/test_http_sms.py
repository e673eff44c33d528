"""Text messages by HTTP: what the gateway is asked, what its status means, and what a hostile one can do."""

import base64
import socket
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from keyturn.outbox.transports import asking, trust
from keyturn.outbox.transports.base import Ambiguous, Later, Outgoing, Refused, SenderRefused, Unreachable
from keyturn.outbox.transports.http_sms import Gateway, HttpSms
from tests.mailserver import Authority
from tests.outbox.httpgateway import HttpGateway

OUTGOING = Outgoing(
    to="+14155550101",
    subject="",
    text="Movers: sign in with Wx7mRt4pKq",
    html="",
    header_id="<0123@movers.example>",
    written_at=datetime(2026, 11, 21, tzinfo=UTC),
    sender_name="Movers",
    sender_host="movers.example",
    secrets=("Wx7mRt4pKq",),
)


@pytest.fixture
def gateway():
    with HttpGateway() as running:
        yield running


def described(gateway, **changes):
    return Gateway(**{"name": "texts", "url": gateway.url, "guarded": False, **changes})


def asked(gateway, **changes):
    HttpSms(described(gateway, **changes)).send(OUTGOING)
    return gateway.asked[-1]


def test_json_with_the_gateways_own_words(gateway):
    request = asked(gateway, number_field="recipients[]", text_field="body", sender_field="from", sender="Movers")
    assert request["path"] == "/v1/messages?kind=text"
    assert request["said"] == {"recipients": ["+14155550101"], "body": OUTGOING.text, "from": "Movers"}


def test_a_form_with_digits_alone(gateway):
    request = asked(gateway, body="form", number_style="digits", number_field="To", text_field="Body")
    assert request["said"] == "To=14155550101&Body=Movers%3A+sign+in+with+Wx7mRt4pKq"


@pytest.mark.parametrize(
    ("how", "header"),
    [
        ({"auth": "none"}, None),
        ({"auth": "bearer", "secret": "key-1"}, "Bearer key-1"),
        ({"auth": "basic", "auth_name": "me", "secret": "key-1"}, f"Basic {base64.b64encode(b'me:key-1').decode()}"),
    ],
)
def test_who_we_are(gateway, how, header):
    assert asked(gateway, **how)["headers"].get("Authorization") == header


def test_a_key_in_a_header_of_its_own(gateway):
    assert asked(gateway, auth="header", auth_name="X-Key", secret="key-1")["headers"]["X-Key"] == "key-1"


@pytest.mark.parametrize(
    ("status", "meaning"),
    [(400, Refused), (422, Refused), (401, SenderRefused), (404, SenderRefused), (302, SenderRefused), (429, Later),
     (500, Later), (503, Later)],
)  # fmt: skip
def test_what_a_status_means(gateway, status, meaning):
    gateway.status = status
    with pytest.raises(meaning):
        HttpSms(described(gateway)).send(OUTGOING)
    assert len(gateway.asked) == 1  # a redirect is not followed, with the text in hand


def test_what_is_kept_of_the_answer_holds_no_key(gateway):
    gateway.body = b"you sent Bearer key-1 and bWU6a2V5LTE="
    receipt = HttpSms(described(gateway, auth="basic", auth_name="me", secret="key-1")).send(OUTGOING)
    assert "key-1" not in receipt.reply and "bWU6a2V5LTE" not in receipt.reply


def test_a_private_place_is_not_reached(gateway):
    with pytest.raises(Unreachable, match="may be reached from here"):
        HttpSms(described(gateway, guarded=True)).send(OUTGOING)
    assert not gateway.asked


@pytest.mark.parametrize("certificate", ["good", "expired", "wrong_name", "self_signed"])
def test_the_certificate_is_checked(certificate, tmp_path, monkeypatch):
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.bundle))
    trust.context.cache_clear()
    with HttpGateway(certificate=getattr(authority, certificate)()) as gateway:
        if certificate == "good":
            assert asked(gateway)["said"]["to"] == "+14155550101"
        else:
            with pytest.raises(Unreachable, match="certificate"):
                HttpSms(described(gateway, auth="bearer", secret="key-1")).send(OUTGOING)
            assert not gateway.asked
    trust.context.cache_clear()


def test_an_answer_of_any_length_is_read_to_a_limit(gateway):
    gateway.body = b"x" * (4 << 20)
    assert len(HttpSms(described(gateway)).send(OUTGOING).reply) == 500


@pytest.mark.parametrize(
    "talk", [b"", b"HTTP/1.1 2", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n"]
)
def test_what_is_no_answer_leaves_it_open_whether_it_arrives(talk):
    with _talking(lambda sock: sock.sendall(talk)) as port, pytest.raises(Ambiguous):
        HttpSms(Gateway("texts", f"http://127.0.0.1:{port}/", guarded=False)).send(OUTGOING)


def test_one_that_drips_is_left_at_the_deadline(monkeypatch):
    monkeypatch.setattr(asking, "_DEADLINE", 0.3)
    left = threading.Event()

    def drip(sock):
        sock.sendall(b"HTTP/1.1 ")
        while not left.wait(0.02):
            sock.sendall(b"y")

    with _talking(drip) as port:
        with pytest.raises(Ambiguous):
            HttpSms(Gateway("texts", f"http://127.0.0.1:{port}/", guarded=False)).send(OUTGOING)
        left.set()


def test_nothing_of_the_environment_stands_between(gateway, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert asked(gateway)["said"]["to"] == "+14155550101"


def test_it_shows_its_secret_nowhere(gateway):
    assert "key-1" not in repr(replace(described(gateway), secret="key-1"))


class _talking:
    """A server that hears one request and then does as it likes."""

    def __init__(self, talk):
        self._talk = talk

    def __enter__(self):
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self._listening.getsockname()[1]

    def __exit__(self, *problem):
        self._listening.close()
        self._thread.join(5)

    def _serve(self):
        try:
            sock, _ = self._listening.accept()
            with sock:
                sock.recv(65536)
                self._talk(sock)
        except OSError:
            pass
