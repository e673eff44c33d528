"""Asking over HTTP: one POST to one place, and the answer, as providers of text messages and of mail are asked.

The socket is opened by lib.egress, to the very address that was looked at, and handed to the standard library's
client, which follows no redirect and reads no proxy from the environment. Everything together has one deadline,
kept by a watch that hangs up: a provider that drips its answer could otherwise hold a worker for ever.
"""

import contextlib
import http.client
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from keyturn.lib import egress
from keyturn.outbox.transports import trust
from keyturn.outbox.transports.base import Ambiguous, Later, Unreachable, kept_reply
from keyturn.outbox.transports.dialogue import CONNECTED, RESOLVED, SECURED

Watch = Callable[[str, str], None]

NOT_NOW = frozenset({408, 409, 420, 423, 425, 429})  # 420: one provider's word for "too many"
_CONNECT = 10.0  # seconds
_REPLY = 30.0  # between two bytes
_DEADLINE = 60.0  # for everything after the connection
_MOST_BYTES = 16 * 1024  # of an answer


def unwatched(stage: str, words: str) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Question:
    """What is posted where. `guarded`: described by an operator, reaches public addresses only (lib.egress)."""

    url: str
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    guarded: bool = True

    @property
    def is_plain(self) -> bool:
        """Whether it goes without TLS."""
        return urlsplit(self.url).scheme == "http"

    @property
    def place(self) -> tuple[str, int]:
        """Host and port."""
        parts = urlsplit(self.url)
        return parts.hostname or "", parts.port or (80 if self.is_plain else 443)

    @property
    def path(self) -> str:
        """What stands behind the place."""
        parts = urlsplit(self.url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


@dataclass(frozen=True)
class Answer:
    """What came back, cut at 16 KB."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def post(question: Question, watch: Watch = unwatched) -> Answer:
    """Ask; `watch` hears of each stage of the connection. Raises Unreachable, Later or Ambiguous."""
    with _connection(question, watch) as connection:
        try:
            connection.request("POST", question.path, question.body, dict(question.headers))
        except (OSError, http.client.HTTPException) as problem:
            raise Later(words_of(problem)) from problem
        try:
            answer = connection.getresponse()
            return Answer(answer.status, answer.read(_MOST_BYTES), dict(answer.getheaders()))
        except (OSError, http.client.HTTPException, ValueError) as problem:
            raise Ambiguous("no answer came after the message was handed over; it may arrive") from problem


def reach(url: str) -> None:
    """Connect to a place as `post` would, and hang up without a word; raises Unreachable."""
    with _connection(Question(url, b"", {}), unwatched):
        pass


def words_of(problem: Exception) -> str:
    """Trouble as an attempt may keep it."""
    return kept_reply(str(problem) or type(problem).__name__)


@contextlib.contextmanager
def _connection(question: Question, watch: Watch) -> Iterator[http.client.HTTPConnection]:
    host, port = question.place
    try:
        sock = _socket(question, watch)
    except (OSError, ValueError, egress.Nowhere) as problem:
        raise Unreachable(words_of(problem)) from problem
    connection = http.client.HTTPConnection(host, port, timeout=_REPLY)
    connection.sock = sock
    with _hung_up_after(_DEADLINE, sock):
        try:
            yield connection
        finally:
            connection.close()


def _socket(question: Question, watch: Watch) -> socket.socket:
    host, port = question.place
    look = egress.look_up(host, port, egress.HTTPS) if question.guarded else egress.resolve(host, port)
    watch(RESOLVED, ", ".join(dict.fromkeys(place.address for place in look)))
    sock = egress.connect(look, _CONNECT)
    try:
        watch(CONNECTED, sock.getpeername()[0])
        return sock if question.is_plain else _secured(sock, host, watch)
    except BaseException:
        sock.close()
        raise


def _secured(sock: socket.socket, host: str, watch: Watch) -> ssl.SSLSocket:
    secured = trust.context().wrap_socket(sock, server_hostname=host)
    secured.settimeout(_REPLY)
    watch(SECURED, trust.described(secured))
    return secured


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
