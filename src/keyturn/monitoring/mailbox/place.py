"""Where a mailbox is and how one signs in there: checked before anything is looked up or connected to.

Every argument becomes part of a protocol of lines: a control character in one would be a command of its own
(CVE-2025-15366, CVE-2026-42257).
"""

import ipaddress
import re
from dataclasses import dataclass, field
from enum import StrEnum

LONGEST_NAME = 320  # bytes of a user name: the longest address there is
LONGEST_PASSWORD = 1024  # bytes: 256 characters of any alphabet
LONGEST_TOKEN = 16 * 1024

_HOST = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*", re.I
)
_TOKEN = re.compile(r"[!-~]+")  # RFC 6750 §2.1 has fewer signs; none of those would do harm


class Protocol(StrEnum):
    """What the server speaks."""

    IMAP = "imap"
    POP3 = "pop3"
    SMTP = "smtp"


class Tls(StrEnum):
    """How the connection is secured; NONE reaches networks that KEYTURN_EGRESS_ALLOW opens, and no other."""

    IMPLICIT = "implicit"
    STARTTLS = "starttls"
    NONE = "none"


class Method(StrEnum):
    """What the secret is."""

    PASSWORD = "password"  # noqa: S105 -- the name of a method
    XOAUTH2 = "xoauth2"


PORTS = {
    Protocol.IMAP: frozenset({143, 993}),
    Protocol.POP3: frozenset({110, 995}),
    Protocol.SMTP: frozenset({25, 465, 587}),
}


class Refused(ValueError):
    """An argument cannot be used. `field` is its name; `reason` a stable word: empty, too_long, control_character,
    not_unicode, not_a_host, not_a_port, not_a_token, unknown."""

    def __init__(self, field: str, reason: str):
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


@dataclass(frozen=True)
class Place:
    """A mail server. `host` is a name in ASCII (A-labels) or an address. Raises Refused."""

    protocol: Protocol
    host: str
    port: int
    tls: Tls

    def __post_init__(self) -> None:
        _refuse_unless("protocol", self.protocol in set(Protocol), "unknown")
        _refuse_unless("tls", self.tls in set(Tls), "unknown")
        _refuse_controls("host", self.host, 253)
        _refuse_unless("host", bool(_HOST.fullmatch(self.host)) or _is_address(self.host), "not_a_host")
        _refuse_unless("port", type(self.port) is int and 0 < self.port < 65536, "not_a_port")

    @property
    def ports(self) -> frozenset[int]:
        """Those that may be reached at public addresses; without TLS none."""
        return frozenset() if self.tls == Tls.NONE else PORTS[Protocol(self.protocol)]


@dataclass(frozen=True)
class Login:
    """A user name and its secret. Raises Refused."""

    username: str
    secret: str = field(repr=False)
    method: Method = Method.PASSWORD

    def __post_init__(self) -> None:
        _refuse_unless("method", self.method in set(Method), "unknown")
        _refuse_controls("username", self.username, LONGEST_NAME)
        is_token = self.method == Method.XOAUTH2
        _refuse_controls("secret", self.secret, LONGEST_TOKEN if is_token else LONGEST_PASSWORD)
        _refuse_unless("secret", not is_token or bool(_TOKEN.fullmatch(self.secret)), "not_a_token")


def _refuse_controls(field: str, text: str, longest: int) -> None:
    """Bytes below 0x20 and 0x7F, lone surrogates, nothing at all, and more than `longest` bytes."""
    _refuse_unless(field, type(text) is str, "unknown")
    _refuse_unless(field, bool(text), "empty")
    _refuse_unless(field, len(text) <= longest, "too_long")
    try:
        data = text.encode()
    except UnicodeEncodeError:
        raise Refused(field, "not_unicode") from None  # whose text would show a secret
    _refuse_unless(field, len(data) <= longest, "too_long")
    _refuse_unless(field, min(data) >= 0x20 and 0x7F not in data, "control_character")


def _refuse_unless(field: str, is_right: bool, reason: str) -> None:
    if not is_right:
        raise Refused(field, reason)


def _is_address(host: str) -> bool:
    try:
        return "%" not in str(ipaddress.ip_address(host))
    except ValueError:
        return False
