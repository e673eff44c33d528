"""What a report says: that the message will never arrive, or nothing that ends anything. Pure.

First by the standard: a part `message/delivery-status` whose Action is `failed` and whose Status is 5.x.x
(RFC 3464 §2.3.3 and §2.3.4, RFC 3463). Many servers write prose instead; a library knows their habits.
`delayed`, `relayed`, holiday notices and whatever cannot be read end nothing.
"""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message

from flufl.bounce import scan_message

_STATUS = re.compile(r"\s*([245])\.\d{1,3}\.\d{1,3}\b")
_MOST_PARTS = 50
_LONGEST_WORDS = 400


@dataclass(frozen=True)
class Report:
    """`words` are the other side's own, one line."""

    is_failed: bool
    words: str = ""


NOTHING = Report(is_failed=False)


def read(content: bytes) -> Report:
    """Read a report; never raises, whatever it is given."""
    try:
        mail = message_from_bytes(content, policy=policy.compat32)  # parses no header: none can break it
        if (status := _delivery_status(mail)) is not None:
            return _standard(status)
        return _prose(mail)
    except Exception:  # hostile bytes against a large grammar: a report that cannot be read says nothing
        return NOTHING


def _delivery_status(mail: Message) -> Message | None:
    for place, part in enumerate(mail.walk()):
        if place >= _MOST_PARTS:
            return None
        if part.get_content_type() == "message/delivery-status":
            return part
    return None


def _standard(status: Message) -> Report:
    """One group of fields for the message, then one for each recipient; ours had one recipient."""
    groups = status.get_payload()
    for group in groups if isinstance(groups, list) else []:
        kind = _STATUS.match(str(group.get("Status", "")))
        if str(group.get("Action", "")).strip().lower() == "failed" and (kind is None or kind[1] == "5"):
            return Report(is_failed=True, words=_words(group))
    return NOTHING


def _words(group: Message) -> str:
    said = str(group.get("Diagnostic-Code", "")).partition(";")[2] or str(group.get("Status", ""))
    return " ".join(said.split())[:_LONGEST_WORDS]


def _prose(mail: Message) -> Report:
    """By the habits of servers that write for people. An answer of a person or a robot is none of them."""
    automatic = str(mail.get("Auto-Submitted", "")).strip().lower()
    if automatic.startswith("auto-replied"):  # RFC 3834 §5: a holiday notice
        return NOTHING
    subject = " ".join(str(mail.get("Subject", "")).split())[:_LONGEST_WORDS]
    return Report(is_failed=True, words=subject) if scan_message(mail) else NOTHING
