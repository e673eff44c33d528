"""The reading end of the mail catcher: waits for a message to one address, or counts what comes."""

import email
import email.policy
import json
import socket
import subprocess
from collections import defaultdict, deque
from dataclasses import dataclass

from benchmarks.rig.processes import REPOSITORY, python


@dataclass(frozen=True)
class Mail:
    """One accepted message: to whom, when (monotonic seconds), and its bytes."""

    to: str
    at: float
    data: bytes

    def text(self) -> str:
        """The plain text part, decoded."""
        message = email.message_from_bytes(self.data, policy=email.policy.default)
        part = message.get_body(("plain",))
        return part.get_content() if part else ""


class NoMail(Exception):
    """The message that was waited for did not come in time."""


class Inbox:
    """Starts a catcher process and reads its feed."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            python("-m", "benchmarks.rig.catcher"), cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.smtp_port, feed_port = json.loads(self._process.stdout.readline())
        self._feed = socket.create_connection(("127.0.0.1", feed_port))
        self._waiting: dict[str, deque[Mail]] = defaultdict(deque)
        self._rest = b""
        self.count = 0

    def wait_for(self, address: str, seconds: float = 20) -> Mail:
        """The oldest unread message to this address; raises NoMail."""
        self._feed.settimeout(seconds)
        while not self._waiting[address]:
            self._take()
        return self._waiting[address].popleft()

    def wait_for_count(self, count: int, seconds: float = 20) -> None:
        """Return when this many messages have come since the start; raises NoMail."""
        self._feed.settimeout(seconds)
        while self.count < count:
            self._take()

    def gather(self, count: int, seconds: float = 60) -> list[Mail]:
        """The next so many messages, whoever they are for; raises NoMail."""
        self.forget()
        self.wait_for_count(self.count + count, seconds)
        return sorted((mail for box in self._waiting.values() for mail in box), key=lambda mail: mail.at)

    def forget(self) -> None:
        """Drop what was not read."""
        self._waiting.clear()

    def close(self) -> None:
        """End the catcher."""
        self._feed.close()
        self._process.stdin.close()
        self._process.wait(10)

    def _take(self) -> None:
        try:
            chunk = self._feed.recv(2**20)
        except TimeoutError as problem:
            raise NoMail(f"{self.count} messages came, and then none") from problem
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            found = json.loads(line)
            self._waiting[found["to"]].append(Mail(found["to"], found["at"], found["data"].encode("latin-1")))
            self.count += 1
