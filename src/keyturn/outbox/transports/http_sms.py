"""SMS through a provider's HTTP gateway: one POST with the number and the text, as JSON or as a form.

The socket is opened by lib.egress, to the very address that was looked at, and handed to the standard library's
client, which follows no redirect and reads no proxy from the environment. Everything together has one deadline,
kept by a watch that hangs up: a gateway that drips its answer could otherwise hold a worker for ever.
"""

import base64
import contextlib
import http.client
import json
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from keyturn.lib import egress
from keyturn.outbox.transports import trust
from keyturn.outbox.transports.base import (
    Ambiguous,
    Later,
    Outgoing,
    Receipt,
    Refused,
    SenderRefused,
    Transport,
    TransportError,
    Unreachable,
    kept_reply,
)
from keyturn.outbox.transports.dialogue import CONNECTED, RESOLVED, SECURED

JSON, FORM = "json", "form"
NO_AUTH, BEARER, BASIC, HEADER = "none", "bearer", "basic", "header"
E164, DIGITS = "e164", "digits"

_CONNECT = 10.0  # seconds
_REPLY = 30.0  # between two bytes
_DEADLINE = 60.0  # for everything after the connection
_MOST_BYTES = 16 * 1024  # of an answer; its first line is all that is kept
_NOT_NOW = frozenset({408, 409, 423, 425, 429})
_ABOUT_US = frozenset({401, 402, 403, 404, 405, 407, 415})


@dataclass(frozen=True)
class Gateway:
    """A provider's address and how it wants to be asked. `auth_name`: the user of `basic`, the name of `header`."""

    name: str
    url: str
    body: str = JSON
    number_field: str = "to"
    text_field: str = "text"
    sender_field: str = ""
    sender: str = ""
    number_style: str = E164
    auth: str = NO_AUTH
    auth_name: str = ""
    secret: str = field(default="", repr=False)
    guarded: bool = True

    @property
    def is_plain(self) -> bool:
        """Whether it is asked without TLS."""
        return urlsplit(self.url).scheme == "http"

    @property
    def place(self) -> tuple[str, int]:
        """Host and port."""
        parts = urlsplit(self.url)
        return parts.hostname or "", parts.port or (80 if self.is_plain else 443)


class HttpSms(Transport):
    """One gateway. `watch` hears of each stage, as with mail servers."""

    def __init__(self, gateway: Gateway, watch: Callable[[str, str], None] = lambda stage, words: None):
        self.name = gateway.name
        self._gateway = gateway
        self._watch = watch

    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand the text over; what a status means is in docs/console.md."""
        with self._connection() as connection:
            status, body = self._answer(connection, outgoing)
        said = kept_reply(b"%d %s" % (status, body), self._secrets())
        if 200 <= status <= 299:
            return Receipt(said)
        raise _meaning(status)(said)

    def _answer(self, connection: http.client.HTTPConnection, outgoing: Outgoing) -> tuple[int, bytes]:
        try:
            connection.request("POST", self._path(), self._body(outgoing), self._headers(outgoing))
        except (OSError, http.client.HTTPException) as problem:
            raise Later(_words(problem)) from problem
        try:
            answer = connection.getresponse()
            return answer.status, answer.read(_MOST_BYTES)
        except (OSError, http.client.HTTPException, ValueError) as problem:
            raise Ambiguous("no answer came after the message was handed over; it may arrive") from problem

    @contextlib.contextmanager
    def _connection(self) -> Iterator[http.client.HTTPConnection]:
        host, port = self._gateway.place
        try:
            sock = self._socket(host, port)
        except (OSError, ValueError, egress.Forbidden) as problem:
            raise Unreachable(_words(problem)) from problem
        connection = http.client.HTTPConnection(host, port, timeout=_REPLY)
        connection.sock = sock
        with _hung_up_after(_DEADLINE, sock):
            try:
                yield connection
            finally:
                connection.close()

    def _socket(self, host: str, port: int) -> socket.socket:
        look = egress.look_up(host, port, egress.HTTPS) if self._gateway.guarded else egress.resolve(host, port)
        self._watch(RESOLVED, ", ".join(dict.fromkeys(place.address for place in look)))
        sock = egress.connect(look, _CONNECT)
        try:
            self._watch(CONNECTED, sock.getpeername()[0])
            return sock if self._gateway.is_plain else self._secured(sock, host)
        except BaseException:
            sock.close()
            raise

    def _secured(self, sock: socket.socket, host: str) -> ssl.SSLSocket:
        secured = trust.context().wrap_socket(sock, server_hostname=host)
        secured.settimeout(_REPLY)
        self._watch(SECURED, trust.described(secured))
        return secured

    def _path(self) -> str:
        parts = urlsplit(self._gateway.url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def _body(self, outgoing: Outgoing) -> bytes:
        gateway = self._gateway
        number = outgoing.to if gateway.number_style == E164 else outgoing.to.lstrip("+")
        said = {gateway.number_field: number, gateway.text_field: outgoing.text}
        if gateway.sender_field:
            said[gateway.sender_field] = gateway.sender
        if gateway.body == FORM:
            return urlencode(said).encode()
        listed = {name.removesuffix("[]"): [text] if name.endswith("[]") else text for name, text in said.items()}
        return json.dumps(listed).encode()

    def _headers(self, outgoing: Outgoing) -> dict[str, str]:
        kind = "application/x-www-form-urlencoded" if self._gateway.body == FORM else "application/json"
        return {
            "Content-Type": kind,
            "Accept": "application/json, text/plain;q=0.9, */*;q=0.1",
            "User-Agent": "Keyturn",
            "Idempotency-Key": outgoing.header_id.strip("<>"),  # the same on every try
            "Connection": "close",
            **self._authorization(),
        }

    def _authorization(self) -> dict[str, str]:
        gateway = self._gateway
        if gateway.auth == BEARER:
            return {"Authorization": f"Bearer {gateway.secret}"}
        if gateway.auth == BASIC:
            return {"Authorization": f"Basic {_basic(gateway)}"}
        return {gateway.auth_name: gateway.secret} if gateway.auth == HEADER else {}

    def _secrets(self) -> tuple[str, ...]:
        return (self._gateway.secret, _basic(self._gateway)) if self._gateway.secret else ()


def _meaning(status: int) -> type[TransportError]:
    """A status that is no success: about us and our settings, about this message, or about this moment."""
    if status in _NOT_NOW or status >= 500:
        return Later
    return SenderRefused if status in _ABOUT_US or status < 400 else Refused


@contextlib.contextmanager
def _hung_up_after(seconds: float, sock: socket.socket) -> Iterator[None]:
    """Break the connection off when it takes longer, by a second handle of it, whatever the first is doing."""
    with socket.socket(fileno=os.dup(sock.fileno())) as twin:
        watch = threading.Timer(seconds, _hang_up, [twin])
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()
            watch.join()


def _hang_up(twin: socket.socket) -> None:
    with contextlib.suppress(OSError):
        twin.shutdown(socket.SHUT_RDWR)


def _basic(gateway: Gateway) -> str:
    return base64.b64encode(f"{gateway.auth_name}:{gateway.secret}".encode()).decode()


def _words(problem: Exception) -> str:
    return kept_reply(str(problem) or type(problem).__name__)
