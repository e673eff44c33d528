"""Lines of mail servers, taken apart: bytes in, frozen values out, and nothing of their text is kept.

Raises Unreadable for what no server says. RFC 9051 §7 (IMAP), RFC 1939 and RFC 2449 (POP3), RFC 5321 §4.2 (SMTP).
"""

import re
from dataclasses import dataclass

UNTAGGED, MORE = "*", "+"

_IMAP_TAGGED = re.compile(rb"([A-Z0-9.]{1,32}) (OK|NO|BAD)(?: (.*))?", re.IGNORECASE | re.DOTALL)
_IMAP_STATUS = re.compile(rb"(OK|NO|BAD|BYE|PREAUTH)(?: (.*))?", re.IGNORECASE | re.DOTALL)
_LITERAL = re.compile(rb"\{\d+\+?\}\Z")
_RESPONSE_CODE = re.compile(rb"\[([A-Z0-9/.+=-]{1,64})(?: ([^\]]*))?\]", re.IGNORECASE)
_SMTP = re.compile(rb"([2-5]\d\d)(?:([ -])(.*))?", re.DOTALL)
_ENHANCED = re.compile(rb"([245]\.\d{1,3}\.\d{1,3})(?: |\Z)")


class Unreadable(Exception):
    """A line that this protocol does not have."""


@dataclass(frozen=True)
class ImapLine:
    """One line. `tag` is the command's, or UNTAGGED, or MORE: the server waits for us. `status` is empty for data."""

    tag: str
    status: str = ""
    code: str = ""
    capabilities: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Pop3Line:
    """One line of status; `is_more`: the server waits for us."""

    is_ok: bool
    code: str = ""
    is_more: bool = False


@dataclass(frozen=True)
class SmtpLine:
    """One line of an answer, which goes on unless `is_last`; `text` is for the words of EHLO only."""

    number: int
    is_last: bool
    enhanced: str = ""
    text: bytes = b""


def imap(line: bytes) -> ImapLine:
    """A line of an IMAP server. One that announces a literal is unreadable: before sign-in there is none to send."""
    if line == b"+" or line.startswith(b"+ "):
        return ImapLine(MORE)
    if line.startswith(b"* "):
        return _untagged(line[2:])
    if found := _IMAP_TAGGED.fullmatch(line):
        return _with_status(found[1].decode(), found[2], found[3] or b"")
    raise Unreadable


def pop3(line: bytes) -> Pop3Line:
    """A line of status of a POP3 server."""
    if line == b"+" or line.startswith(b"+ "):
        return Pop3Line(is_ok=False, is_more=True)
    word, _blank, text = line.partition(b" ")
    if word.upper() not in {b"+OK", b"-ERR"}:
        raise Unreadable
    return Pop3Line(word.upper() == b"+OK", _response_code(text)[0])


def smtp(line: bytes) -> SmtpLine:
    """A line of an SMTP server."""
    if not (found := _SMTP.fullmatch(line)):
        raise Unreadable
    text = found[3] or b""
    enhanced = _ENHANCED.match(text)
    return SmtpLine(int(found[1]), found[2] != b"-", enhanced[1].decode() if enhanced else "", text)


def offer(line: bytes) -> tuple[str, frozenset[str]]:
    """A line of CAPA or EHLO: what is offered, and the words beside it."""
    name, _blank, rest = line.partition(b" ")
    return name.decode("ascii", "replace").upper(), words(rest)


def words(text: bytes) -> frozenset[str]:
    """Capability names in capitals; what is not ASCII is none."""
    return frozenset(word.decode().upper() for word in text.split() if word.isascii())


def _untagged(rest: bytes) -> ImapLine:
    if found := _IMAP_STATUS.fullmatch(rest):
        return _with_status(UNTAGGED, found[1], found[2] or b"")
    if _LITERAL.search(rest):
        raise Unreadable
    if rest[:11].upper() == b"CAPABILITY ":
        return ImapLine(UNTAGGED, capabilities=words(rest[11:]))
    return ImapLine(UNTAGGED)


def _with_status(tag: str, status: bytes, text: bytes) -> ImapLine:
    code, rest = _response_code(text)
    capabilities = words(rest) if code == "CAPABILITY" else frozenset()
    return ImapLine(tag, status.decode().upper(), code, capabilities)


def _response_code(text: bytes) -> tuple[str, bytes]:
    found = _RESPONSE_CODE.match(text)
    return (found[1].decode().upper(), found[2] or b"") if found else ("", b"")
