"""One connection to a mail server: opened only on the terms that were asked for, then used for one mail at a time."""

import contextlib
import re
import smtplib
from collections.abc import Callable
from dataclasses import dataclass

from keyturn.lib.egress import Nowhere
from keyturn.outbox.transports import trust
from keyturn.outbox.transports.base import (
    Ambiguous,
    Later,
    Refused,
    SenderRefused,
    TransportError,
    Unreachable,
    kept_reply,
)
from keyturn.outbox.transports.dialogue import CONNECTED, RESOLVED, SECURED, Dialogue, Timeouts
from keyturn.outbox.transports.server import STARTTLS, Server
from keyturn.outbox.transports.writing import Written

_LINE_OF_DOT = re.compile(rb"(?m)^\.")
_TOO_BUSY = 421
_TROUBLE = (OSError, smtplib.SMTPException, ValueError, Nowhere)

TIMEOUTS = Timeouts()
GREETED, SIGNED_IN, SENDER, RECIPIENT = "greeted", "signed_in", "sender", "recipient"
STAGES = (RESOLVED, CONNECTED, GREETED, SECURED, SIGNED_IN, SENDER, RECIPIENT)  # what a watcher hears of


@dataclass(frozen=True)
class Means:
    """How patient a connection is, and who hears of each stage it reaches: its name, and the other side's words."""

    timeouts: Timeouts | None = None  # none: the usual ones
    watch: Callable[[str, str], None] = lambda stage, words: None


_USUAL = Means()


class Stale(Exception):
    """A connection kept from an earlier mail was closed by the other side; nothing was handed over."""


class Connection:
    """An open, trusted, signed-in connection; raises Unreachable when there can be none."""

    def __init__(self, server: Server, own_name: str, means: Means = _USUAL):
        self._timeouts, self._watch = means.timeouts or TIMEOUTS, means.watch
        try:
            self._smtp = Dialogue(server, own_name, self._timeouts, self._watch)
        except _TROUBLE as problem:
            raise Unreachable(_trouble(problem)) from problem
        try:
            self._introduce(server)
        except _TROUBLE as problem:
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
        self._watch(GREETED, kept_reply(self._smtp.greeting))
        if server.tls == STARTTLS:  # not offered, though asked for: raises, and nothing was said yet
            code, reply = self._smtp.starttls(context=trust.context())
            if code != 220:
                raise smtplib.SMTPResponseException(code, reply)
            self._smtp.tell_of_certificate()
            self._smtp.ehlo_or_helo_if_needed()
        if server.username:
            answer = self._smtp.login(server.username, server.password)
            self._watch(SIGNED_IN, _said(answer))

    def _envelope(self, mail: Written) -> None:
        code, reply = self._begin(mail)
        self._expect((code, reply), 250, SenderRefused)
        self._watch(SENDER, _said((code, reply)))
        options = ["NOTIFY=FAILURE,DELAY", f"ORCPT=rfc822;{_xtext(mail.recipient)}"] if self._reports(mail) else []
        code, reply = self._smtp.rcpt(mail.recipient, options)
        self._expect((250 if code == 251 else code, reply), 250, Refused)
        self._watch(RECIPIENT, _said((code, reply)))

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
        self._smtp.sock.settimeout(self._timeouts.data_end)
        try:
            answer = self._smtp.getreply()
        except smtplib.SMTPException as problem:
            raise Ambiguous("the connection broke before the server answered; it may have the message") from problem
        self._smtp.sock.settimeout(self._timeouts.reply)
        self._expect(answer, 250, Refused)
        return _said(answer)

    @staticmethod
    def _expect(answer: tuple[int, bytes], code: int, for_good: type[TransportError]) -> None:
        if answer[0] != code:
            raise (for_good if 500 <= answer[0] <= 599 else Later)(_said(answer))


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
