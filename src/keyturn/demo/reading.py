"""What the inbox shows of a message: the text in pieces, so that links can be clicked and codes copied."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from keyturn.demo.catcher import Caught

_LINK = re.compile(r"https?://\S+")
_ALONE = re.compile(r"\d{6}|(?=\S*\d)(?=\S*[A-Z])(?=\S*[a-z])[A-Za-z0-9]{10}")  # a code; a temporary password


@dataclass(frozen=True)
class Line:
    """One line of a message: plain, a link, or a secret that stands alone."""

    kind: str
    text: str


@dataclass(frozen=True)
class Mail:
    """A message as a mail program or a phone shows it."""

    number: int
    at: datetime
    to: str
    subject: str
    lines: tuple[Line, ...]
    has_html: bool
    is_text_message: bool

    @property
    def phone(self) -> str:
        """The number that a text message went to."""
        return self.to.partition("@")[0]


def read(caught: Caught, gateways: frozenset[str]) -> Mail:
    """The message as it is shown; one to a carrier's gateway is a text message."""
    return Mail(
        number=caught.number,
        at=caught.at,
        to=caught.to,
        subject=str(caught.message["Subject"] or ""),
        lines=tuple(_line(line.strip()) for line in part(caught.message, "plain").strip().splitlines()),
        has_html=bool(part(caught.message, "html")),
        is_text_message=caught.to.rpartition("@")[2].lower() in gateways,
    )


def html_of(caught: Caught) -> str:
    """The HTML part, or nothing."""
    return part(caught.message, "html")


def part(message: EmailMessage, kind: str) -> str:
    """The text of the `plain` or `html` part, or nothing."""
    part = message.get_body(preferencelist=(kind,))
    return part.get_content() if part else ""


def _line(text: str) -> Line:
    if _LINK.fullmatch(text):
        return Line("link", text)
    return Line("secret" if _ALONE.fullmatch(text) else "plain", text)
