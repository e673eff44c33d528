"""What a transport is: it hands one message to one recipient, and says in one word what became of it.

    TransportError
    ├── Refused         answered, for good (5xx): this recipient or this message will never pass
    ├── SenderRefused   answered, for good, but about us: another server may still take it
    ├── Later           answered, for now (4xx): try again
    ├── Unreachable     no connection, no trust in it, or our sign-in was turned down; nothing was handed over
    └── Ambiguous       everything was handed over and no answer came (RFC 1047): it may or may not arrive

A transport holds no row and no clock; it is called between two transactions.
"""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime

_UNPRINTABLE = re.compile(r"[^\x20-\x7e\xa0-\u2027\u202a-\uffff]+")
_REPLY_LENGTH = 500


@dataclass(frozen=True)
class Picture:
    """A picture that is sent along with an email, and shown in it by its Content-ID."""

    content_id: str
    kind: str  # such as image/png
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Outgoing:
    """One message for one recipient, in words; each transport gives it its own form.

    `to` is an email address or, for a text message, a number in E.164. `header_id` is the same on every try.
    `secrets` are kept of no answer.
    """

    to: str
    subject: str
    text: str
    html: str
    header_id: str
    written_at: datetime
    sender_name: str
    sender_host: str
    return_path: str = ""  # where reports come back to; empty: to the sender
    secrets: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()

    def __repr__(self) -> str:
        return f"Outgoing({self.header_id}, …)"


@dataclass(frozen=True)
class Receipt:
    """It was taken over. `reply` is what the other side said, as it may be kept."""

    reply: str


class TransportError(Exception):
    """It was not taken over. `outcome` is one word for the attempt, `reply` the other side's or our own words."""

    outcome = "failed"

    def __init__(self, reply: str):
        super().__init__(reply)
        self.reply = reply


class Refused(TransportError):
    """This recipient or this message will never pass."""

    outcome = "refused"


class SenderRefused(TransportError):
    """The server will not take mail from us; another may."""

    outcome = "not_from_us"


class Later(TransportError):
    """Not now."""

    outcome = "later"


class Unreachable(TransportError):
    """There was nobody to hand it to, or nobody to trust."""

    outcome = "unreachable"


class Ambiguous(TransportError):
    """Everything was handed over and no answer came."""

    outcome = "ambiguous"


class Transport(ABC):
    """A provider's protocol for a channel. `name` is what the attempt log calls the other side."""

    name: str

    @abstractmethod
    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand it over; raises TransportError. Sending the same once more uses the same Message-ID."""


def kept_reply(raw: str | bytes, secrets: tuple[str, ...] = ()) -> str:
    """What may be kept of an answer: one printable line of 500 signs, without our secrets in whatever case."""
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    if len(text) == _REPLY_LENGTH:
        text = _without_begun(text, secrets)
    for secret in filter(None, secrets):
        if secret.casefold() not in text.casefold():
            continue  # nearly always; and a pattern stays in the library's cache, the secret in it
        text = re.sub(re.escape(secret), "…", text, flags=re.IGNORECASE)
    return " ".join(_UNPRINTABLE.sub(" ", text).split())[:_REPLY_LENGTH]


def _without_begun(text: str, secrets: tuple[str, ...]) -> str:
    """An answer that was cut before the secrets were known may end in the beginning of one."""
    said = text.casefold()
    begun = [secret[:length] for secret in secrets for length in range(1, len(secret) + 1)]
    longest = max((len(one) for one in begun if said.endswith(one.casefold())), default=0)
    return f"{text[: len(text) - longest]}…" if longest else text
