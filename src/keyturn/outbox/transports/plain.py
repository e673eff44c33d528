"""The email that nearly all of ours are: ASCII, short lines, perhaps a logo. Put together here, byte for byte as the
library would.

The library reads every header by its grammar again, which costs more than all the rest of a delivery. What is not
as plain as this is left to it (transports/writing).
"""

import base64
import re
from email.utils import format_datetime
from functools import lru_cache

from keyturn.outbox.transports.base import Outgoing, Picture

_LONGEST_HEADER = 76  # signs; a longer line would be folded (RFC 5322 §2.1.1)
_LONGEST_LINE = 990
_WORDS = re.compile(r"[A-Za-z0-9]+(?: [A-Za-z0-9]+)*")  # a name or subject that needs neither quotes nor encoding
_SUBJECT = re.compile(r"[A-Za-z0-9.,:;!'()-]+(?: [A-Za-z0-9.,:;!'()-]+)*")
_DOMAIN = r"(?:[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*|\[[0-9.]+\])"
_ADDRESS = re.compile(rf"[A-Za-z0-9+_-]+(?:\.[A-Za-z0-9+_-]+)*@{_DOMAIN}")
_PICTURE = re.compile(r"image/[a-z]{3,4} [a-z0-9.]{1,45}@[a-z]{1,15}")
_BODY = re.compile(r"[ -~\n]*\n")
_PART = ('Content-Type: text/{}; charset="utf-8"', "Content-Transfer-Encoding: 7bit")


def content(outgoing: Outgoing, name: str, sender: str, boundary: str) -> bytes | None:
    """The whole message with a text and an HTML part, or None when something of it is not plain."""
    headers = [
        f"From: {name} <{sender}>",
        f"To: {outgoing.to}",
        f"Subject: {outgoing.subject}",
        f"Date: {format_datetime(outgoing.written_at)}",
        f"Message-ID: {outgoing.header_id}",
        "Auto-Submitted: auto-generated",  # RFC 3834 §5: nobody's holiday notice answers
    ]
    if not (_are_plain(outgoing, name, sender) and all(len(line) <= _LONGEST_HEADER for line in headers)):
        return None
    lines = [
        *(*headers, "MIME-Version: 1.0", f'Content-Type: multipart/alternative; boundary="{boundary}"', ""),
        *(f"--{boundary}", _PART[0].format("plain"), _PART[1], "", *outgoing.text.split("\n")),
        *(f"--{boundary}", *_html(outgoing, f"{boundary[:-1]}.related=")),
        *(f"--{boundary}--", ""),
    ]
    return "\r\n".join(lines).encode("ascii")


def _html(outgoing: Outgoing, boundary: str) -> list[str]:
    """The HTML, with its pictures in one part (RFC 2387) where it shows any."""
    head, lines = (_PART[0].format("html"), _PART[1]), outgoing.html.split("\n")
    if not outgoing.pictures:
        return [*head, "MIME-Version: 1.0", "", *lines]
    pictures = [line for picture in outgoing.pictures for line in (f"--{boundary}", _sent_along(picture))]
    opening = ("MIME-Version: 1.0", f'Content-Type: multipart/related; boundary="{boundary}"', "", f"--{boundary}")
    return [*opening, *head, "", *lines, *pictures, f"--{boundary}--", ""]


@lru_cache(maxsize=16)
def _sent_along(picture: Picture) -> str:
    """A picture as a part; an organization's logo goes out again and again."""
    lines = [
        f"Content-Type: {picture.kind}",
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: inline",
        f"Content-ID: <{picture.content_id}>",
        "MIME-Version: 1.0",
        "",
        *base64.encodebytes(picture.content).decode().split("\n"),
    ]
    return "\r\n".join(lines)


def _are_plain(outgoing: Outgoing, name: str, sender: str) -> bool:
    heads = _WORDS.fullmatch(name) and _SUBJECT.fullmatch(outgoing.subject)
    both = _ADDRESS.fullmatch(sender) and _ADDRESS.fullmatch(outgoing.to)
    is_simple = outgoing.header_id.isascii() and all(_PICTURE.fullmatch(_named(one)) for one in outgoing.pictures)
    return bool(heads and both and is_simple and _is_body(outgoing.text) and _is_body(outgoing.html))


def _named(picture: Picture) -> str:
    return f"{picture.kind} {picture.content_id}"


def _is_body(text: str) -> bool:
    return _BODY.fullmatch(text) is not None and max(map(len, text.split("\n"))) <= _LONGEST_LINE
