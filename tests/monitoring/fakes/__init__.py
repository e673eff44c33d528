"""A server of mailboxes in a process of its own that plays the script it is given, step by step, and remembers.

    with FakeServer(folder, {"good": certificate}) as server:
        server.play([say("* OK hello"), hear(), say("{tag} OK"), tls("good"), flood("x" * 1000, 1000), STALL])
        server.heard()      what the one conversation heard, and how: [("plain", b"K1 STARTTLS\\r\\n"), ("tls", …)]

A step is a list whose first word names it; the functions below make them. `{tag}` in what it says is the tag of the
last line that it heard. Every connection plays the script from its beginning.
"""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests import children

Step = list
CLOSE, RESET, STALL = ["close"], ["reset"], ["stall"]  # hang up; hang up rudely; say nothing until the other hangs up
HEAR_HELLO = ["hear_hello"]  # wait for the first bytes of TLS


def say(*lines: str) -> Step:
    """These lines, each with its end."""
    return ["say", "".join(f"{line}\r\n" for line in lines)]


def raw(data: bytes) -> Step:
    """These bytes."""
    return ["say", data.decode("latin-1")]


def hear(lines: int = 1) -> Step:
    """Wait for so many lines."""
    return ["hear", lines]


def tls(certificate: str, newest: str = "") -> Step:
    """TLS from here on, by the certificate of this name; `newest` is the newest version that it speaks."""
    return ["tls", certificate, newest]


def flood(text: str, times: int) -> Step:
    """So often this, as fast as it is taken."""
    return ["flood", text, times]


def drip(text: str, seconds: float) -> Step:
    """This, with a pause before every byte."""
    return ["drip", text, seconds]


@dataclass(frozen=True)
class Conversation:
    """What one conversation heard, in pieces of (plain or tls, bytes); how much it could say; if TLS came about."""

    heard: list[tuple[str, bytes]]
    said: int
    is_secured: bool

    @property
    def lines(self) -> list[bytes]:
        """All of it, by lines."""
        return b"".join(data for _how, data in self.heard).splitlines()


class FakeServer:
    """The server as a test holds it."""

    def __init__(self, folder: Path, certificates: dict[str, Path]):
        self._folder, self._certificates = folder, certificates
        self._process: subprocess.Popen | None = None
        self._plays = 0
        self.port = 0

    def __enter__(self) -> "FakeServer":
        certificates = json.dumps({name: str(path) for name, path in self._certificates.items()})
        words = [sys.executable, "-m", "tests.monitoring.fakes", str(self._folder), certificates]
        root = Path(__file__).parents[3]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root)
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(self, *problem: object) -> None:
        children.end(self._process)

    def play(self, script: Sequence[Step]) -> None:
        """Play this from the next connection on."""
        whole = self._folder / "script.new"
        whole.write_text(json.dumps(script))
        whole.replace(self._folder / "script.json")

    def heard(self) -> Conversation:
        """The next conversation that nobody asked for yet, when it is over."""
        self._plays += 1
        path = self._folder / f"{self._plays}.json"
        for _ in range(1000):
            if path.exists():
                told = json.loads(path.read_text())
                heard = [(how, data.encode("latin-1")) for how, data in told["heard"]]
                return Conversation(heard, told["said"], told["is_secured"])
            time.sleep(0.01)
        raise AssertionError("the conversation is not over, or never began")

    def has_heard_nobody(self) -> bool:
        """Whether no conversation began that nobody asked for yet."""
        return not (self._folder / f"{self._plays + 1}.begun").exists()
