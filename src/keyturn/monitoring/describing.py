"""What a mailbox is described by: words from outside into columns, or a refusal at its field."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from keyturn.lib import text
from keyturn.lib.text import TextRefused
from keyturn.monitoring.mailbox import place
from keyturn.monitoring.mailbox.place import Login, Method, Place, Protocol, Tls
from keyturn.people.models import Person

LONGEST_NAME = 100
PROTOCOLS = (Protocol.IMAP, Protocol.POP3)
_USUAL_PORTS = {
    Protocol.IMAP: {Tls.IMPLICIT: 993, Tls.STARTTLS: 143, Tls.NONE: 143},
    Protocol.POP3: {Tls.IMPLICIT: 995, Tls.STARTTLS: 110, Tls.NONE: 110},
    Protocol.SMTP: {Tls.IMPLICIT: 465, Tls.STARTTLS: 587, Tls.NONE: 25},
}


class MailboxRefused(ValueError):
    """What is wanted cannot be put on record. `field` names what, `reason` is one of:

    empty, too_long, control_character, not_unicode, not_a_host, not_a_port, not_a_token, unknown, repeated
    """

    def __init__(self, reason: str, field: str):
        super().__init__(f"{field}: {reason}")
        self.reason = reason
        self.field = field


@dataclass(frozen=True)
class New:
    """A mailbox as somebody describes it. Without a sending host only its reading side is checked; an empty secret
    leaves the one that is kept, where nothing of the place changes."""

    person_id: UUID
    name: str
    host: str
    username: str
    protocol: str = Protocol.IMAP
    port: int = 993
    tls: str = Tls.IMPLICIT
    method: str = Method.PASSWORD
    sending_host: str = ""
    sending_port: int = 0
    sending_tls: str = ""
    secret: str = field(default="", repr=False)


def usual_port(protocol: str, tls: str) -> int:
    """The port where such a server listens, unless somebody says another; 0 where there is no such server."""
    return _USUAL_PORTS.get(protocol, {}).get(tls, 0)


def columns(new: New) -> dict[str, Any]:
    """The columns that a description means, without the secret; raises MailboxRefused."""
    if new.protocol not in PROTOCOLS:
        raise MailboxRefused("unknown", "protocol")
    if not Person.objects.filter(pk=new.person_id).exists():
        raise MailboxRefused("unknown", "person")
    reading = _place("", new.protocol, new.host, (new.port, new.tls))
    checked_secret(new, new.secret or "-")
    return {
        "person_id": new.person_id,
        "name": named(new.name),
        "protocol": reading.protocol,
        "host": reading.host,
        "port": reading.port,
        "tls": reading.tls,
        "username": new.username,
        "method": new.method,
        **_sending(new),
    }


def checked_secret(of: Any, secret: str) -> str:
    """A secret that can be said to a mail server as it was typed (`of` has user name and method)."""
    try:
        return Login(of.username, secret, of.method).secret
    except place.Refused as refused:
        raise MailboxRefused(refused.reason, refused.field) from None


def named(raw: str) -> str:
    """What a mailbox is called, as it is kept; raises MailboxRefused."""
    try:
        return text.line(raw, at_most=LONGEST_NAME)
    except TextRefused as refused:
        raise MailboxRefused(refused.reason, "name") from None


def as_typed(raw: str, method: str) -> str:
    """A password in the form in which every keyboard types it, a token as it is; raises MailboxRefused."""
    if not raw or method == Method.XOAUTH2:
        return raw
    try:
        return text.secret(raw)
    except TextRefused as refused:
        raise MailboxRefused(refused.reason, "secret") from None


def _sending(new: New) -> dict[str, Any]:
    if not new.sending_host:
        return {"sending_host": "", "sending_port": 0, "sending_tls": ""}
    sending = _place("sending_", Protocol.SMTP, new.sending_host, (new.sending_port, new.sending_tls))
    return {"sending_host": sending.host, "sending_port": sending.port, "sending_tls": sending.tls}


def _place(prefix: str, protocol: str, host: str, how: tuple[int, str]) -> Place:
    try:
        return Place(Protocol(protocol), text.ascii_lowered(host) if isinstance(host, str) else host, *how)
    except place.Refused as refused:
        raise MailboxRefused(refused.reason, prefix + refused.field) from None
