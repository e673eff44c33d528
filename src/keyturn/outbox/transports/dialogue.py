"""smtplib's client as we use it: time limits, bounded answers, TLS that is checked, guarded places, stages told."""

import smtplib
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from keyturn.lib import egress
from keyturn.outbox.transports import trust
from keyturn.outbox.transports.server import IMPLICIT, Server

RESOLVED, CONNECTED, SECURED = "resolved", "connected", "secured"
_MOST_LINES = 100  # of one answer


@dataclass(frozen=True)
class Timeouts:
    """In seconds; all but the first are those of RFC 5321 §4.5.3.2."""

    connect: float = 10
    reply: float = 300
    data_end: float = 600


class Dialogue(smtplib.SMTP):
    """One time limit for connecting and another for answers, and TLS from the first byte where that is asked for."""

    def __init__(self, server: Server, own_name: str, timeouts: Timeouts, watch: Callable[[str, str], None]):
        self._server, self._timeouts, self._watch = server, timeouts, watch
        self.greeting = b""
        super().__init__(server.host, server.port, own_name, timeouts.connect)

    def getreply(self) -> tuple[int, bytes]:
        """The library's, which would listen to an answer of any length, and to one that never ends."""
        if self.file is None:
            self.file = _Bounded(self.sock.makefile("rb"))
        self.file.begin(time.monotonic() + self.sock.gettimeout())
        answer = super().getreply()
        self.greeting = self.greeting or answer[1]
        return answer

    def tell_of_certificate(self) -> None:
        """Tell whoever watches whose certificate the other side has, and until when."""
        self._watch(SECURED, trust.described(self.sock))

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        places = egress.look_up(host, port, egress.MAIL) if self._server.guarded else egress.resolve(host, port)
        self._watch(RESOLVED, ", ".join(dict.fromkeys(place.address for place in places)))
        self.sock = egress.connect(places, timeout)
        self._watch(CONNECTED, self.sock.getpeername()[0])
        if self._server.tls == IMPLICIT:
            self.sock = trust.context().wrap_socket(self.sock, server_hostname=host)
            self.tell_of_certificate()
        self.sock.settimeout(self._timeouts.reply)
        return self.sock


class _Bounded:
    """What a server says, read by lines: so many for one answer, and all of them by a deadline."""

    def __init__(self, file: BinaryIO):
        self._file = file
        self._left, self._until = 0, 0.0

    def begin(self, until: float) -> None:
        """A new answer; `until` by the monotonic clock."""
        self._left, self._until = _MOST_LINES, until

    def readline(self, size: int) -> bytes:
        """The next line; raises OSError, which the library takes for a broken connection."""
        self._left -= 1
        if self._left < 0 or time.monotonic() > self._until:
            raise OSError("an answer without an end")
        return self._file.readline(size)

    def close(self) -> None:
        """Close what is read from."""
        self._file.close()
