"""Messages as they arrive, and what stands alone on a line of theirs."""

import re
from dataclasses import dataclass
from email.message import EmailMessage

from keyturn.demo import reading

GATEWAY = "sms.example.net"


@dataclass(frozen=True)
class Letter:
    """A message as it arrived; a text message is one to the carrier's gateway."""

    to: str
    subject: str
    text: str
    html: str
    message_id: str
    sender: str = ""

    @property
    def link(self) -> str:
        """The link that stands alone on a line."""
        return self._alone(r"https?://\S+")

    @property
    def token(self) -> str:
        """The link's secret part."""
        return self.link.rpartition("/")[2]

    @property
    def code(self) -> str:
        """The six digits that stand alone on a line."""
        return self._alone(r"\d{6}")

    @property
    def temporary_password(self) -> str:
        """The ten characters that stand alone on a line."""
        return self._alone(r"[A-Za-z0-9]{10}")

    @property
    def pin(self) -> str:
        """The PIN that stands alone on a line."""
        return self._alone(r"[0-9A-Z]{4}-[0-9A-Z]{5}-[0-9A-Z]{5}")

    def _alone(self, pattern: str) -> str:
        found = re.findall(rf"^({pattern})\s*$", self.text, re.MULTILINE)
        assert len(found) == 1, f"{pattern} stands alone {len(found)} times in:\n{self.text}"
        return found[0]


def of(to: str, message: EmailMessage) -> Letter:
    """A mail that was handed over for this address."""
    return Letter(
        to=to,
        subject=str(message["Subject"] or ""),
        text=reading.part(message, "plain"),
        html=reading.part(message, "html"),
        message_id=str(message["Message-ID"]),
        sender=str(message["From"] or ""),
    )
