"""What a failed trial means: from the stage that was not reached and the trouble, one finding and what to do.

"Blocked" is told from "refused": nobody answered at all, or the machine answered that nothing listens there. "Wrong
password" is only what a server says in so many words.
"""

import errno
import smtplib
import socket
import ssl
from collections.abc import Iterator
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from keyturn.lib.egress import Nowhere
from keyturn.outbox.transports.base import Ambiguous, Later, Refused, SenderRefused

_NO_WAY = {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EACCES, errno.EPERM, errno.ETIMEDOUT}
_WRONG_PASSWORD = {530, 534, 535, 538}


class Finding(StrEnum):
    """What went wrong, in one word."""

    NOWHERE = "nowhere"
    NAME_UNKNOWN = "name_unknown"
    NAMES_UNANSWERED = "names_unanswered"
    BLOCKED = "blocked"
    REFUSED = "refused"
    CERTIFICATE = "certificate"
    TLS_FAILED = "tls_failed"
    TLS_NOT_OFFERED = "tls_not_offered"
    SILENT = "silent"
    TURNED_AWAY = "turned_away"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 -- the name of a finding
    WRONG_KEY = "wrong_key"
    NO_PASSWORD = "no_password"  # noqa: S105 -- the name of a finding
    SIGN_IN_NOT_OFFERED = "sign_in_not_offered"
    SENDER_REFUSED = "sender_refused"
    RECIPIENT_REFUSED = "recipient_refused"
    KEY_REFUSED = "key_refused"
    MESSAGE_REFUSED = "message_refused"
    LATER = "later"
    NO_ANSWER = "no_answer"
    BROKEN_OFF = "broken_off"
    NUMBER_UNFIT = "number_unfit"
    SENDER_UNFIT = "sender_unfit"
    NO_SERVER = "no_server"
    NO_GATEWAY = "no_gateway"


SENTENCES = {
    Finding.NOWHERE: _(
        "No server that may be reached from here. Check the spelling of the name and the port: only public addresses"
        " and the ports of this service are open. Whoever runs this installation can open other networks"
        " (KEYTURN_EGRESS_ALLOW)."
    ),
    Finding.NAME_UNKNOWN: _("There is no such host name. Check its spelling."),
    Finding.NAMES_UNANSWERED: _("The name service did not answer. Try again; if it stays so, it is this machine's."),
    Finding.BLOCKED: _(
        "Nobody answered. Blocked, probably by a firewall: have this port opened for outgoing connections, or use"
        " another port of your provider, such as 587 or 465."
    ),
    Finding.REFUSED: _("The machine is there, but nothing listens on this port. Check the port."),
    Finding.CERTIFICATE: _("The certificate does not hold for this host name. Use the name that stands in it."),
    Finding.TLS_FAILED: _("No protected connection came about. The port and the kind of TLS may not go together."),
    Finding.TLS_NOT_OFFERED: _("The server offers no STARTTLS here. Nothing was said to it. Try TLS from the start."),
    Finding.SILENT: _("The port is open, but no greeting came. A firewall may hold it back, or the port wants TLS."),
    Finding.TURNED_AWAY: _("The server turned us away before anything was said. Its words are below."),
    Finding.WRONG_PASSWORD: _("The server says that user name and password are wrong. Type them again."),
    Finding.WRONG_KEY: _(
        "The service does not accept this key, or not for this sender. Paste it again, and look whether region and"
        " sender's domain are those of the account. Its words are below."
    ),
    Finding.NO_PASSWORD: _("Type the password again: it was kept for another server, port or user name."),
    Finding.SIGN_IN_NOT_OFFERED: _("The server lets nobody sign in here. Leave the user name empty, or use TLS."),
    Finding.SENDER_REFUSED: _("The server does not accept this sender's address from us."),
    Finding.RECIPIENT_REFUSED: _("The server does not accept the recipient."),
    Finding.KEY_REFUSED: _("The gateway does not accept our request. Check the address, the key and the account."),
    Finding.MESSAGE_REFUSED: _("The message itself was refused. The other side's words are below."),
    Finding.LATER: _("Not now, the other side says. Try again in a while."),
    Finding.NO_ANSWER: _("Everything was handed over, and no answer came. It may arrive all the same."),
    Finding.BROKEN_OFF: _("The connection broke off in the middle."),
    Finding.NUMBER_UNFIT: _("This number does not fit the provider's format."),
    Finding.SENDER_UNFIT: _("No mail service takes this sender's address. Fill in one at a domain of yours."),
    Finding.NO_SERVER: _("There is no mail server yet. Set one up under Mail first."),
    Finding.NO_GATEWAY: _("There is no gateway for text messages yet. Set one up under SMS first."),
}


def of(stage: str, problem: BaseException) -> Finding:
    """What kept the stage from being reached."""
    for cause in _chain(problem):
        if finding := _of_connection(stage, cause) or _of_sign_in(cause):
            return finding
    return _of_answer(stage, problem)


def _of_connection(stage: str, cause: BaseException) -> Finding | None:
    if isinstance(cause, Nowhere):
        return Finding.NOWHERE
    if isinstance(cause, socket.gaierror):
        return Finding.NAMES_UNANSWERED if cause.errno == socket.EAI_AGAIN else Finding.NAME_UNKNOWN
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Finding.CERTIFICATE
    if isinstance(cause, ssl.SSLError):
        return Finding.TLS_FAILED
    if stage == "connected" and isinstance(cause, OSError):
        is_silent = isinstance(cause, TimeoutError) or cause.errno in _NO_WAY
        return Finding.BLOCKED if is_silent else Finding.REFUSED
    return Finding.SILENT if stage == "greeted" and isinstance(cause, TimeoutError) else None


def _of_sign_in(cause: BaseException) -> Finding | None:
    if isinstance(cause, smtplib.SMTPAuthenticationError):
        return Finding.WRONG_PASSWORD if cause.smtp_code in _WRONG_PASSWORD else Finding.LATER
    if isinstance(cause, smtplib.SMTPNotSupportedError):
        is_tls = "STARTTLS" in str(cause)
        return Finding.TLS_NOT_OFFERED if is_tls else Finding.SIGN_IN_NOT_OFFERED
    if isinstance(cause, smtplib.SMTPConnectError):
        return Finding.TURNED_AWAY
    if type(cause) is smtplib.SMTPException and "authentication method" in str(cause):
        return Finding.SIGN_IN_NOT_OFFERED
    return None


def _of_answer(stage: str, problem: BaseException) -> Finding:
    if isinstance(problem, SenderRefused):
        if stage == "signed_in":
            return Finding.WRONG_KEY
        return Finding.SENDER_REFUSED if stage == "sender" else Finding.KEY_REFUSED
    if isinstance(problem, Refused):
        return Finding.RECIPIENT_REFUSED if stage == "recipient" else Finding.MESSAGE_REFUSED
    if isinstance(problem, Later) and not isinstance(problem.__cause__, OSError | smtplib.SMTPServerDisconnected):
        return Finding.LATER
    return Finding.NO_ANSWER if isinstance(problem, Ambiguous) else Finding.BROKEN_OFF


def _chain(problem: BaseException) -> Iterator[BaseException]:
    """The trouble and what lay behind it, the deepest first, which knows best."""
    behind = problem.__cause__ or problem.__context__
    if behind is not None:
        yield from _chain(behind)
    yield problem
