"""A small HTTP client on one kept connection, and a load generator on many."""

import json
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers in lower case (the last of a name wins), every cookie set, and the body."""

    status: int
    headers: dict[str, str]
    cookies: dict[str, str]
    body: bytes

    def json(self) -> dict:
        """The body read as JSON."""
        return json.loads(self.body)


class Unexpected(Exception):
    """An answer with another status than the walk needs."""


def request(port: int, verb: str, path: str, *, headers: dict[str, str] | None = None, body: bytes = b"") -> bytes:
    """The bytes of one HTTP/1.1 request."""
    lines = [f"{verb} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def json_request(port: int, path: str, value: dict, **headers: str) -> bytes:
    """The bytes of a POST with a JSON body."""
    head = {"Content-Type": "application/json", "Accept": "application/json", **headers}
    return request(port, "POST", path, headers=head, body=json.dumps(value).encode())


class Client:
    """One kept connection; sends one request after another."""

    def __init__(self, port: int):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, data: bytes, *expected: int) -> Answer:
        """Send and wait for the whole answer; raises Unexpected when its status is none of those expected."""
        answer = parse(self.exchange(data))
        if expected and answer.status not in expected:
            raise Unexpected(f"{answer.status} for {data[:60]!r}: {answer.body[:500]!r}")
        return answer

    def exchange(self, data: bytes) -> bytes:
        """The bytes of the whole answer, unread."""
        self._socket.sendall(data)
        received = b""
        while not is_whole(received):
            chunk = self._socket.recv(65536)
            if not chunk:
                raise Unexpected("the server closed the connection")
            received += chunk
        return received

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def is_whole(received: bytes) -> bool:
    """Whether these bytes are one whole HTTP answer."""
    head, end, body = received.partition(b"\r\n\r\n")
    if not end:
        return False
    lowered = head.lower()
    if b"\r\ntransfer-encoding: chunked" in lowered:
        return body.endswith(b"0\r\n\r\n")
    _, found, rest = lowered.partition(b"\r\ncontent-length:")
    return len(body) >= int(rest.partition(b"\r\n")[0]) if found else True


def parse(received: bytes) -> Answer:
    """Read the bytes of a whole answer."""
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers, cookies = {}, {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
        if name.lower() == "set-cookie":
            key, _, content = value.strip().partition(";")[0].partition("=")
            cookies[key] = content
    if headers.get("transfer-encoding") == "chunked":
        body = b"".join(_chunks(body))
    return Answer(int(first.split()[1]), headers, cookies, body)


def _chunks(body: bytes) -> Iterator[bytes]:
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        yield rest[:length]
        body = rest[length + 2 :]


@dataclass
class Load:
    """What a load brought: statuses counted, seconds it lasted."""

    statuses: Counter = field(default_factory=Counter)
    seconds: float = 0.0

    def rate(self) -> float:
        """Answers a second."""
        return sum(self.statuses.values()) / self.seconds


def press(port: int, requests: Iterator[bytes], *, connections: int, seconds: float) -> Load:
    """Keep this many connections busy, one request at a time on each, until the time or the requests are over.

    Only ever speaks to the loopback. Waits for the answers under way before it returns.
    """
    load, chooser = Load(), selectors.DefaultSelector()
    sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(connections)]
    waiting = {one: b"" for one in sockets}
    began = time.perf_counter()
    for one in sockets:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        chooser.register(one, selectors.EVENT_READ)
        one.sendall(next(requests))
    while waiting:
        for key, _ in chooser.select(timeout=30) or _silence():
            one = key.fileobj
            waiting[one] += one.recv(65536)
            if is_whole(waiting[one]):
                load.statuses[int(waiting[one][9:12])] += 1
                waiting[one] = b""
                following = next(requests, None) if time.perf_counter() - began < seconds else None
                if following is None:
                    chooser.unregister(one)
                    del waiting[one]
                else:
                    one.sendall(following)
    load.seconds = time.perf_counter() - began
    for one in sockets:
        one.close()
    return load


def _silence() -> list:
    raise Unexpected("no answer for thirty seconds")
