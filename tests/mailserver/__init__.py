"""A real mail server in a process of its own that fails on demand and remembers everything.

    with MailServer(folder) as server:                    an aiosmtpd server on a free port
        server.become("rcpt_5xx")                         from the next command on
        server.become({"poison@movers.example": "data_4xx"})   only for this recipient
        server.accepted()                                 every mail taken, by whatever process handed it over
        server.heard()                                    every byte that reached it, as it read them

Modes: accept, and FAULTS below. With `tls` (starttls, implicit) and a certificate of `Authority` it speaks TLS.
What was accepted is on the disk before it is answered, so that it outlives the server and its clients.
"""

import json
import subprocess
import sys
from pathlib import Path

from tests import children
from tests.mailserver.authority import Authority

__all__ = ["FAULTS", "Authority", "MailServer"]
FAULTS = (
    *(f"{stage}_{kind}" for stage in ("connect", "mail", "rcpt", "data") for kind in ("4xx", "5xx")),
    "421",  # too busy, instead of an answer to MAIL, and hangs up
    "greylist",  # the first try of each recipient is told to come back
    "slow",  # half a second before every answer
    "silent",  # takes everything, and never answers the final dot
    "drop_before_data",
    "drop_mid_data",
    "accept_then_drop",  # takes the mail and hangs up without an answer
    "accept_then_wait",  # takes the mail and answers 30 ms later
    "echo",  # refuses the mail and says it back
    "starttls_stripped",  # does not offer what its certificate allows
    "auth_refused",
)


class MailServer:
    """The server as a test holds it. `certificate` is a PEM file with key and chain."""

    def __init__(self, folder: Path, *, tls: str = "none", certificate: Path | None = None):
        self.folder = folder
        self.tls = tls
        self._certificate = certificate
        self._process: subprocess.Popen | None = None
        self.port = 0
        folder.mkdir(parents=True, exist_ok=True)
        self.become("accept")

    def __enter__(self) -> "MailServer":
        words = [sys.executable, "-m", "tests.mailserver", str(self.folder), self.tls, str(self._certificate or "")]
        self._process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
        )
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(self, *problem: object) -> None:
        children.end(self._process)

    @property
    def url(self) -> str:
        """What KEYTURN_EMAIL_URL would say of it."""
        return f"smtp://127.0.0.1:{self.port}?tls={self.tls}"

    def become(self, mode: str | dict[str, str]) -> None:
        """Behave so from the next command on; a mapping gives single recipients a mode of their own."""
        modes = mode if isinstance(mode, dict) else {"": mode}
        whole = self.folder / "mode.new"
        whole.write_text(json.dumps(modes))
        whole.replace(self.folder / "mode.json")

    def forget(self) -> None:
        """Remember nothing of what was, and accept everything again."""
        for path in self.folder.iterdir():
            path.unlink()
        self.become("accept")

    def accepted(self) -> list[dict]:
        """Every mail taken: sender, recipients, content (bytes), the parameters of MAIL and RCPT, who signed in."""
        path = self.folder / "accepted.jsonl"
        *lines, _half_written = path.read_text().split("\n") if path.exists() else [""]
        return [{**mail, "content": mail["content"].encode("latin-1")} for mail in map(json.loads, lines)]

    def heard(self) -> bytes:
        """Every byte received, of mails that were not taken too, after TLS was taken off."""
        path = self.folder / "heard.bin"
        return path.read_bytes() if path.exists() else b""

    def connections(self) -> int:
        """How many connections were opened so far and greeted."""
        path = self.folder / "connections"
        return path.stat().st_size if path.exists() else 0
