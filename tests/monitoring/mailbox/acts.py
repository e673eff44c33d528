"""What the tests of the client do again and again: play a script, check against it, and look at what was heard."""

import asyncio
from base64 import b64encode
from dataclasses import dataclass

from keyturn.monitoring.mailbox.check import Seen, Stage, check
from keyturn.monitoring.mailbox.place import Login, Place
from keyturn.monitoring.mailbox.wire import Patience
from tests.monitoring.fakes import Conversation, FakeServer, Step

CERTIFICATES = ("good", "wrong_name", "expired", "not_yet_valid", "untrusted", "self_signed")
PASSWORD = "tulip-Harbor-94"
MARA = Login("mara@movers.example", PASSWORD)
PLENTY = Patience(total=30)
BRUSQUE = Patience(farewell=0.2, total=30)  # with whoever does not let us go
LITTLE = Patience(connect=2, tls=0.4, answer=0.4, farewell=0.2, total=3)
PROTOCOLS = ("imap", "pop3", "smtp")
WAYS = ("implicit", "starttls", "none")


@dataclass(frozen=True)
class Checked:
    """What came of one check, and what the server heard of it."""

    seen: Seen
    stages: list[Stage]
    conversation: Conversation

    @property
    def code(self) -> str:
        """Why, in one word."""
        return self.seen.code

    @property
    def verdict(self) -> str:
        """Accepted, rejected, unclear, unreachable."""
        return self.seen.verdict


def checked(
    server: FakeServer, script: list[Step], place: Place, login: Login = MARA, patience: Patience = PLENTY
) -> Checked:
    """One check against a server that plays the script."""
    server.play(script)
    stages: list[Stage] = []
    seen = asyncio.run(check(place, login, patience=patience, tell=stages.append))
    return Checked(seen, stages, server.heard())


def at(server: FakeServer, protocol: str = "imap", how: str = "implicit") -> Place:
    """Where the server is."""
    return Place(protocol, "127.0.0.1", server.port, how)


def holds_password(conversation: Conversation, secret: str = PASSWORD) -> bool:
    """Whether any of the forms in which the secret could have been said was heard."""
    heard = b"".join(data for _how, data in conversation.heard)
    forms = [secret.encode(), b64encode(secret.encode())]
    forms += [b64encode(f"\0{MARA.username}\0{secret}".encode()), b64encode(f"auth=Bearer {secret}".encode())]
    return any(form.rstrip(b"=")[:-2] in heard for form in forms)
