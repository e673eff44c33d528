"""A connection to a mail server that is believed as little as possible.

Read only when a line is wanted, so that a flood waits in the other machine; so many bytes to a line and to a
conversation; a time limit for every step. A secret goes over it only once the other side has proven its name.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from keyturn.lib import egress, trust
from keyturn.monitoring.core.verdict import Code

LONGEST_LINE = 8 * 1024  # bytes
MOST_BYTES = 128 * 1024  # of all that a server says in one conversation, TLS included
_AT_ONCE = 16 * 1024
_MOST_TRIED = 3  # addresses of one name


class Broken(Exception):
    """The conversation cannot go on. `code` says why; nothing that the server said is in it."""

    def __init__(self, code: Code):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Patience:
    """Time limits in seconds: for the look-up, for each address that is tried, for TLS, for each answer, for saying
    good-bye; and for everything before the good-bye together."""

    look_up: float = 10
    connect: float = 10
    tls: float = 15
    answer: float = 30
    farewell: float = 3
    total: float = 60


PATIENCE = Patience()


class Clock:
    """The time limit of the present step, never past the limit of the whole. `now` is the loop's clock."""

    def __init__(self, patience: Patience, limit: asyncio.Timeout, now: Callable[[], float]):
        self.patience = patience
        self._limit, self._now = limit, now
        self._until = now() + patience.total

    def allow(self, seconds: float) -> None:
        """A new step begins, and may take so long, or a tenth less: a limit that stands about right is left alone,
        because steps are many and quick, and each would cost a timer that is never heard of again."""
        latest = min(self._until, self._now() + seconds)
        if not 0 <= latest - self._limit.when() <= seconds / 10:
            self._limit.reschedule(latest)


async def connect(places: Sequence[egress.Place], clock: Clock) -> socket.socket:
    """A connection to the first address that answers; raises the last one's OSError."""
    *others, last = places[:_MOST_TRIED]
    for place in others:
        clock.allow(clock.patience.connect * 2)
        with contextlib.suppress(OSError):
            async with asyncio.timeout(clock.patience.connect):
                return await _connect(place)
    clock.allow(clock.patience.connect)
    return await _connect(last)


async def _connect(place: egress.Place) -> socket.socket:
    sock = socket.socket(place.family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(sock, (place.address, place.port))
    except BaseException:  # cancelled, too
        sock.close()
        raise
    return sock


class Wire:
    """One connection. `is_open_allowed`: TLS is not wanted, and secrets may go over it as it is."""

    def __init__(self, sock: socket.socket, clock: Clock, *, is_open_allowed: bool = False):
        self._sock, self._clock, self._is_open_allowed = sock, clock, is_open_allowed
        self._loop = asyncio.get_running_loop()
        self._said = bytearray()  # by the server, and not asked for yet
        self._left = MOST_BYTES
        self._tls: ssl.SSLObject | None = None
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()

    @property
    def own_address(self) -> str:
        """Ours, as the other machine may see it."""
        return self._sock.getsockname()[0]

    async def line(self) -> bytes:
        """The next line without its end; raises Broken, OSError."""
        while (end := self._said.find(b"\n")) < 0 and len(self._said) <= LONGEST_LINE:
            await self._listen()
        if not 0 <= end <= LONGEST_LINE:
            raise Broken(Code.TOO_MUCH)
        line = bytes(self._said[:end])
        del self._said[: end + 1]
        return line.removesuffix(b"\r")

    async def say(self, words: bytes) -> None:
        """Say this, which holds no secret; the time for the answer begins."""
        self._clock.allow(self._clock.patience.answer)
        await self._send(words)

    async def tell(self, secret: bytes) -> None:
        """Say this, which holds a secret: to a server that has proven its name, or where no proof is wanted."""
        if self._tls is None and not self._is_open_allowed:
            raise Broken(Code.PRIVACY_REQUIRED)
        await self.say(secret)

    async def secure(self, name: str) -> None:
        """TLS from here on, with the certificate checked against the name.

        What the server said before and nobody asked for was perhaps said by somebody else, to be taken for an answer
        that came by TLS (RFC 3207 §4.2, CVE-2011-0411): no server says anything there.
        """
        if self._said:
            raise Broken(Code.INJECTED)
        self._clock.allow(self._clock.patience.tls)
        tls = trust.context().wrap_bio(self._incoming, self._outgoing, server_hostname=name)
        while not _is_shaken(tls):
            await self._flush()
            self._incoming.write(await self._receive())
        await self._flush()
        self._tls = tls
        self._clock.allow(self._clock.patience.answer)

    async def farewell(self, words: bytes) -> None:
        """Say this and wait until the server hangs up; how long, the caller says."""
        await self._send(words)
        while True:
            await self._listen()
            self._said.clear()

    def close(self) -> None:
        """Hang up."""
        self._sock.close()

    async def _listen(self) -> None:
        """Add what the server says next to what it said."""
        while self._tls is not None:
            try:
                heard = self._tls.read(_AT_ONCE)
            except ssl.SSLWantReadError:
                self._incoming.write(await self._receive())
                continue
            if not heard:
                raise Broken(Code.BROKEN_OFF)
            self._said += heard
            return
        self._said += await self._receive()

    async def _receive(self) -> bytes:
        heard = await self._loop.sock_recv(self._sock, _AT_ONCE)
        self._left -= len(heard)
        if not heard or self._left < 0:
            raise Broken(Code.TOO_MUCH if heard else Code.BROKEN_OFF)
        return heard

    async def _send(self, words: bytes) -> None:
        if self._tls is None:
            await self._loop.sock_sendall(self._sock, words)
        else:
            self._tls.write(words)
            await self._flush()

    async def _flush(self) -> None:
        if self._outgoing.pending:
            await self._loop.sock_sendall(self._sock, self._outgoing.read())


def _is_shaken(tls: ssl.SSLObject) -> bool:
    """Whether hands are shaken; otherwise more has to be sent and heard."""
    try:
        tls.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True
