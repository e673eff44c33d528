"""The email that nearly all of ours are: ASCII, short lines. Put together here, byte for byte as the library would.

The library reads every header by its grammar again, which costs more than all the rest of a delivery. What is not
as plain as this is left to it (transports/writing).
"""

import re
from email.utils import format_datetime

from keyturn.outbox.transports.base import Outgoing

_LONGEST_HEADER = 76  # signs; a longer line would be folded (RFC 5322 §2.1.1)
_LONGEST_LINE = 990
_WORDS = re.compile(r"[A-Za-z0-9]+(?: [A-Za-z0-9]+)*")  # a name or subject that needs neither quotes nor encoding
_SUBJECT = re.compile(r"[A-Za-z0-9.,:;!'()-]+(?: [A-Za-z0-9.,:;!'()-]+)*")
_DOMAIN = r"(?:[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*|\[[0-9.]+\])"
_ADDRESS = re.compile(rf"[A-Za-z0-9+_-]+(?:\.[A-Za-z0-9+_-]+)*@{_DOMAIN}")
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
        *(f"--{boundary}", _PART[0].format("html"), _PART[1], "MIME-Version: 1.0", "", *outgoing.html.split("\n")),
        *(f"--{boundary}--", ""),
    ]
    return "\r\n".join(lines).encode("ascii")


def _are_plain(outgoing: Outgoing, name: str, sender: str) -> bool:
    heads = _WORDS.fullmatch(name) and _SUBJECT.fullmatch(outgoing.subject)
    both = _ADDRESS.fullmatch(sender) and _ADDRESS.fullmatch(outgoing.to)
    is_simple = outgoing.header_id.isascii() and not outgoing.pictures
    return bool(heads and both and is_simple and _is_body(outgoing.text) and _is_body(outgoing.html))


def _is_body(text: str) -> bool:
    return _BODY.fullmatch(text) is not None and max(map(len, text.split("\n"))) <= _LONGEST_LINE
