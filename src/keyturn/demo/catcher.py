"""The mail catcher: a real SMTP server on the loopback that keeps every message in a file and delivers none.

    python -m keyturn.demo.catcher FOLDER      prints the port it listens on, then serves

Addresses at full.example are refused, so that one can watch what happens then.
"""

import asyncio
import email.policy
import json
import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

REFUSED_DOMAIN = "full.example"
_FILE = "mail.jsonl"


@dataclass(frozen=True)
class Caught:
    """One message that arrived."""

    number: int
    at: datetime
    to: str
    message: EmailMessage


def caught(folder: Path, *, after: int = 0) -> list[Caught]:
    """Every message after the one of that number, the newest first. One that is only half written yet is left for
    the next look."""
    try:
        *lines, _half = (folder / _FILE).read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return []
    return [_read(number, line) for number, line in enumerate(lines[after:], after + 1)][::-1]


def forget(folder: Path) -> None:
    """Begin with an empty inbox."""
    (folder / _FILE).unlink(missing_ok=True)


def _read(number: int, line: str) -> Caught:
    row = json.loads(line)
    raw = row["raw"].encode("utf-8", "surrogateescape")
    message = email.message_from_bytes(raw, policy=email.policy.default)
    return Caught(number, datetime.fromisoformat(row["at"]), row["to"], message)


class Catcher:
    """Answers 250 only after the message is on the disk."""

    def __init__(self, folder: Path):
        self._path = folder / _FILE

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, *rest) -> str:
        """Take an address, or refuse it as a server would whose user's mailbox is full."""
        address, _options = rest
        if address.rpartition("@")[2].lower() == REFUSED_DOMAIN:
            return "552 5.2.2 The mailbox is full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep one copy for each address."""
        raw = envelope.content.decode("utf-8", "surrogateescape")
        with self._path.open("a", encoding="utf-8") as file:
            for to in envelope.rcpt_tos:
                file.write(json.dumps({"at": datetime.now(UTC).isoformat(), "to": to, "raw": raw}) + "\n")
            file.flush()
            os.fsync(file.fileno())
        return "250 Kept"


async def _serve(folder: Path) -> None:
    catcher = Catcher(folder)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(catcher, hostname="catcher.example", enable_SMTPUTF8=True), "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
