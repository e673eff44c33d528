"""An email as bytes: RFC 5322 by the standard library, every value looked at first.

Nothing here is decided by a value: a control sign or line end of any alphabet in one is refused, so the
headers are the ones listed below, whatever a name or subject holds.
"""

import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from keyturn.outbox.mail_services import Account
from keyturn.outbox.merge import refuse_line_breaks
from keyturn.outbox.transports import plain
from keyturn.outbox.transports.base import Outgoing
from keyturn.outbox.transports.server import Server

_ENCODED_WORD = re.compile(r"=\?[^?]*\?[bqBQ]\?")
_LONGEST_LINE = 990  # RFC 5322 §2.1.1 allows 998 without the line end


class NotAMessage(ValueError):
    """What was composed breaks a rule of the form and is not sent."""


@dataclass(frozen=True)
class Written:
    """An email ready to be handed over: envelope and content. `utf8`: its addresses need SMTPUTF8 (RFC 6531)."""

    sender: str
    recipient: str
    content: bytes
    envelope_id: str
    utf8: bool


def write(outgoing: Outgoing, server: Server) -> Written:
    """Compose; the same message for the same server gives the same bytes on every try."""
    sender, name = headers_of(outgoing, server)
    envelope_id = _envelope_id(outgoing)
    utf8 = not (outgoing.to.isascii() and sender.isascii())
    content = plain.content(outgoing, name, sender, _boundary(outgoing)) or _composed(
        outgoing, address_of(sender, name), utf8
    )
    return Written(outgoing.return_path or sender, outgoing.to, _checked(content), envelope_id, utf8)


def headers_of(outgoing: Outgoing, server: Server | Account) -> tuple[str, str]:
    """The sender's address and name; refuses what could begin a header in anything that goes into one."""
    sender = server.from_address or f"no-reply@{outgoing.sender_host}"
    names = server.from_name, outgoing.sender_name
    for value in (*names, outgoing.to, outgoing.subject, outgoing.header_id, outgoing.return_path, sender):
        _refuse(value)
    return sender, server.from_name or outgoing.sender_name


def address_of(address: str, name: str = "") -> Address:
    """By its parts: a whole one with letters beyond ASCII is refused by the library, though SMTPUTF8 allows it."""
    local, _at, domain = address.rpartition("@")
    return Address(name, local, domain)


def _composed(outgoing: Outgoing, sender: Address, utf8: bool) -> bytes:
    """By the library, which knows every rule of the form."""
    message = EmailMessage(policy=SMTPUTF8 if utf8 else SMTP)
    message["From"] = sender
    message["To"] = address_of(outgoing.to)
    if outgoing.subject:
        message["Subject"] = outgoing.subject
    message["Date"] = format_datetime(outgoing.written_at)
    message["Message-ID"] = outgoing.header_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5: nobody's holiday notice answers
    _fill(message, outgoing)
    return message.as_bytes()


def _refuse(value: str) -> None:
    """An encoded word could hold the line end that the value itself may not (RFC 2047)."""
    refuse_line_breaks(value, "header")
    if _ENCODED_WORD.search(value):
        raise NotAMessage("an encoded word")


def _fill(message: EmailMessage, outgoing: Outgoing) -> None:
    """The text first, then what it looks like; plain ASCII stays readable in the raw message."""
    message.set_content(outgoing.text, cte=_encoding(outgoing.text))
    if outgoing.html:
        html = outgoing.html.encode("ascii", "xmlcharrefreplace").decode()
        message.add_alternative(html, subtype="html", cte=_encoding(html))
        message.set_boundary(_boundary(outgoing))
        _send_along(message.get_payload(1), outgoing)


def _send_along(html: EmailMessage, outgoing: Outgoing) -> None:
    """The pictures that the HTML shows, in one part with it (RFC 2387)."""
    for picture in outgoing.pictures:
        main, _slash, sub = picture.kind.partition("/")
        html.add_related(picture.content, main, sub, cid=f"<{picture.content_id}>", disposition="inline")
        html.set_boundary(f"={_envelope_id(outgoing)}.related=")


def _encoding(text: str) -> str:
    lines_fit = all(len(line) <= _LONGEST_LINE for line in text.splitlines())
    return "7bit" if text.isascii() and lines_fit else "quoted-printable"


def _boundary(outgoing: Outgoing) -> str:
    return f"={_envelope_id(outgoing)}="  # no chance in it: every try is the same bytes


def _envelope_id(outgoing: Outgoing) -> str:
    return outgoing.header_id.strip("<>").partition("@")[0]


def _checked(content: bytes) -> bytes:
    """Neither a bare CR nor a bare LF leaves (SMTP smuggling)."""
    line_ends = {content.count(sign) for sign in (b"\r\n", b"\r", b"\n")}  # as many of each: none stands alone
    if len(line_ends) != 1 or not content.endswith(b"\r\n"):
        raise NotAMessage("a bare CR or LF")
    return content
