"""One connection to a mail server: opened only on the terms that were asked for, then used for one mail at a time."""

import contextlib
import re
import smtplib
import socket
import ssl
import time
from dataclasses import dataclass
from functools import cache
from typing import BinaryIO

from keyturn.outbox.transports.base import (
    Ambiguous,
    Later,
    Refused,
    SenderRefused,
    TransportError,
    Unreachable,
    kept_reply,
)
from keyturn.outbox.transports.server import IMPLICIT, STARTTLS, Server
from keyturn.outbox.transports.writing import Written

_LINE_OF_DOT = re.compile(rb"(?m)^\.")
_TOO_BUSY = 421
_MOST_LINES = 100  # of one answer


@dataclass(frozen=True)
class Timeouts:
    """In seconds; all but the first are those of RFC 5321 §4.5.3.2."""

    connect: float = 10
    reply: float = 300
    data_end: float = 600


TIMEOUTS = Timeouts()


class Stale(Exception):
    """A connection kept from an earlier mail was closed by the other side; nothing was handed over."""


class Connection:
    """An open, trusted, signed-in connection; raises Unreachable when there can be none."""

    def __init__(self, server: Server, own_name: str):
        try:
            self._smtp = _Dialogue(server, own_name)
        except (OSError, smtplib.SMTPException, ValueError) as problem:
            raise Unreachable(_trouble(problem)) from problem
        try:
            self._introduce(server)
        except (OSError, smtplib.SMTPException, ValueError) as problem:
            self.close()
            raise Unreachable(_trouble(problem)) from problem
        self._used = False

    def hand_over(self, mail: Written) -> str:
        """Hand one mail over and return the reply to its final dot; raises TransportError or Stale."""
        try:
            self._envelope(mail)
            self._expect(self._smtp.docmd("DATA"), 354, Refused)
            self._smtp.send(_LINE_OF_DOT.sub(b"..", mail.content) + b".\r\n")
        except smtplib.SMTPServerDisconnected as problem:
            raise Later(
                _trouble(problem)
            ) from problem  # before the final dot: the server has nothing (RFC 5321 §4.1.1.4)
        reply = self._last_reply()
        self._used = True
        return reply

    def close(self) -> None:
        """Hang up; politely where that costs nothing."""
        with contextlib.suppress(OSError, smtplib.SMTPException):
            self._smtp.sock.settimeout(1) if self._smtp.sock else None
            self._smtp.quit()
        self._smtp.close()

    def _introduce(self, server: Server) -> None:
        self._smtp.ehlo_or_helo_if_needed()
        if server.tls == STARTTLS:  # not offered, though asked for: raises, and nothing was said yet
            code, reply = self._smtp.starttls(context=trust())
            if code != 220:
                raise smtplib.SMTPResponseException(code, reply)
            self._smtp.ehlo_or_helo_if_needed()
        if server.username:
            self._smtp.login(server.username, server.password)

    def _envelope(self, mail: Written) -> None:
        code, reply = self._begin(mail)
        self._expect((code, reply), 250, SenderRefused)
        options = ["NOTIFY=FAILURE,DELAY", f"ORCPT=rfc822;{_xtext(mail.recipient)}"] if self._reports(mail) else []
        code, reply = self._smtp.rcpt(mail.recipient, options)
        self._expect((250 if code == 251 else code, reply), 250, Refused)

    def _begin(self, mail: Written) -> tuple[int, bytes]:
        """MAIL FROM. A bounce is to carry the headers only: the secret does not travel back."""
        options = ["RET=HDRS", f"ENVID={mail.envelope_id}"] if self._reports(mail) else []
        try:
            code, reply = self._smtp.mail(mail.sender, options + (["SMTPUTF8"] if mail.utf8 else []))
        except smtplib.SMTPNotSupportedError as problem:
            raise SenderRefused("this server takes no addresses beyond ASCII") from problem
        except smtplib.SMTPServerDisconnected as problem:
            if self._used:
                raise Stale from problem
            raise
        if code == _TOO_BUSY and self._used:
            raise Stale
        return code, reply

    def _reports(self, mail: Written) -> bool:
        return self._smtp.has_extn("dsn") and mail.recipient.isascii()

    def _last_reply(self) -> str:
        self._smtp.sock.settimeout(TIMEOUTS.data_end)
        try:
            answer = self._smtp.getreply()
        except smtplib.SMTPException as problem:
            raise Ambiguous("the connection broke before the server answered; it may have the message") from problem
        self._smtp.sock.settimeout(TIMEOUTS.reply)
        self._expect(answer, 250, Refused)
        return _said(answer)

    @staticmethod
    def _expect(answer: tuple[int, bytes], code: int, for_good: type[TransportError]) -> None:
        if answer[0] != code:
            raise (for_good if 500 <= answer[0] <= 599 else Later)(_said(answer))


class _Dialogue(smtplib.SMTP):
    """smtplib's client, with one time limit for connecting and another for answers, and TLS from the first byte."""

    def __init__(self, server: Server, own_name: str):
        self._server = server
        super().__init__(server.host, server.port, own_name, TIMEOUTS.connect)

    def getreply(self) -> tuple[int, bytes]:
        """The library's, which would listen to an answer of any length, and to one that never ends."""
        if self.file is None:
            self.file = _Bounded(self.sock.makefile("rb"))
        self.file.begin(time.monotonic() + self.sock.gettimeout())
        return super().getreply()

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        sock = socket.create_connection((host, port), timeout)
        if self._server.tls == IMPLICIT:
            sock = trust().wrap_socket(sock, server_hostname=host)
        sock.settimeout(TIMEOUTS.reply)
        return sock


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


@cache
def trust() -> ssl.SSLContext:
    """Certificate and host name are checked, TLS 1.2 at least. SSL_CERT_FILE names another bundle of authorities."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _xtext(address: str) -> str:
    """RFC 3461 §4: a bare + or = would be read as the beginning of a code, and the recipient refused for good."""
    return re.sub(r"[^!-*,-<>-~]", lambda sign: f"+{ord(sign[0]):02X}", address)


def _said(answer: tuple[int, bytes]) -> str:
    return kept_reply(b"%d %s" % answer)


def _trouble(problem: Exception) -> str:
    if isinstance(problem, smtplib.SMTPResponseException):
        error = problem.smtp_error
        return kept_reply(
            f"{problem.smtp_code} {error.decode('utf-8', 'replace') if isinstance(error, bytes) else error}"
        )
    if isinstance(problem, UnicodeError):  # its text would show the password
        return "user name or password has letters that this server cannot take"
    return kept_reply(str(problem) or type(problem).__name__)
