"""A real installation in processes of its own: a fresh database, web, workers, and a mail server that keeps all.

    with installation.running(tmp_path, world) as keyturn:
        keyturn.ask(email="mara@movers.example")
        letter = keyturn.letter_to("mara@movers.example")

It stands on the database that KEYTURN_DATABASE_URL names, like every other test: nothing for SQLite, on
PostgreSQL a database of its own that is dropped at the end.
"""

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import yaml

from keyturn.demo import catcher, children
from tests import cluster, databases, letters, migrated
from tests.letters import Letter
from tests.patience import PATIENCE, wait_for

KEYTURN = "keyturn.cli.main"


@dataclass
class Installation:
    """What a test holds of a running installation."""

    folder: Path
    port: int
    environment: dict[str, str]
    family: children.Children
    program: str = KEYTURN  # what runs its commands: `keyturn` itself, or a test's entry around it
    web: subprocess.Popen | None = None
    secrets: list[str] = field(default_factory=list)  # what must be found nowhere afterwards
    _read: dict[str, int] = field(default_factory=dict)
    _letters: list[Letter] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """An address of this installation under one of its host names."""
        return f"http://{host}:{self.port}{path}"

    def client(self, host: str = "127.0.0.1") -> httpx2.Client:
        """An app that talks to one of the hosts, and reads no certificates, which takes twenty milliseconds."""
        headers = {"Host": f"{host}:{self.port}"}
        return httpx2.Client(base_url=self.url(), headers=headers, timeout=PATIENCE, trust_env=False, verify=False)

    def ask(self, host: str = "127.0.0.1", **claim: str) -> str:
        """Ask to recover through the API; returns the reference."""
        with self.client(host) as app:
            answer = app.post("/api/v1/recoveries", json=claim)
        assert answer.status_code == 202, answer.text
        return answer.json()["reference"]

    def sign_in(self, identifier: str, password: str, host: str = "127.0.0.1") -> httpx2.Response:
        """Sign in as an app does."""
        with self.client(host) as app:
            return app.post("/api/v1/sessions", json={"identifier": identifier, "password": password})

    def lets_in(self, identifier: str, password: str, host: str = "127.0.0.1") -> bool:
        """Whether this password opens this account."""
        answer = self.sign_in(identifier, password, host)
        assert answer.status_code in {201, 401}, answer.text
        return answer.status_code == 201

    def with_session(self, token: str) -> httpx2.Client:
        """An app that is signed in."""
        app = self.client()
        app.headers["Authorization"] = f"Bearer {token}"
        return app

    def letter_to(self, address: str) -> Letter:
        """The next message to this address that was not read yet; waits for it."""
        return wait_for(lambda: self._next(address), f"a message to {address}")

    def letters_to(self, address: str) -> list[Letter]:
        """Every message to this address, the oldest first."""
        return [letter for letter in self.letters() if letter.to.lower() == address.lower()]

    def letters(self) -> list[Letter]:
        """Every message that arrived, the oldest first. Each is taken apart once, however often it is looked for."""
        new = catcher.caught(self.folder / "mail", after=len(self._letters))
        self._letters += [letters.of(caught.to, caught.message) for caught in reversed(new)]
        return self._letters

    def settle(self) -> None:
        """Wait until the worker has nothing left to do, so that a test may say what did not happen."""
        wait_for(lambda: not self.rows("SELECT 1 FROM recovery_intake WHERE due_at IS NOT NULL"), "the intakes")
        waiting = "SELECT 1 FROM outbox_message WHERE state IN ('queued', 'sending', 'retrying')"
        wait_for(lambda: not self.rows(waiting), "the messages")

    def rows(self, statement: str) -> list[tuple]:
        """What a thief with the database would read."""
        with self.connected() as connection:
            return connection.execute(statement).fetchall()

    def write(self, statement: str) -> None:
        """Age rows, instead of waiting."""
        with self.connected() as connection:
            connection.execute(statement)

    def connected(self):
        """A connection to the database, past every wall, in which each statement is a transaction."""
        return databases.connect(self.environment["KEYTURN_DATABASE_URL"])

    def load(self, world: dict) -> None:
        """Make the installation what the world says."""
        path = self.folder / "world.yaml"
        text = yaml.safe_dump(world, allow_unicode=True)
        path.write_text(text.replace(":8000", f":{self.port}"), encoding="utf-8")
        self.run("load", str(path))

    def run(self, *arguments: str) -> None:
        """Run a command of Keyturn to its end."""
        self.family.run(arguments[0], self.program, *arguments)

    def start(self, name: str, *arguments: str) -> subprocess.Popen:
        """Start one process more."""
        return self.family.start(name, self.program, *arguments)

    def start_web(self, webs: int = 1) -> subprocess.Popen:
        """Start `keyturn serve` without a worker, in so many web processes."""
        self.web = self.start("web", "serve", "--no-worker", "--port", str(self.port), "--workers", str(webs))
        return self.web

    def is_ready(self) -> bool:
        """Whether a web process answers."""
        try:
            with self.client() as app:
                return app.get("/readyz").status_code == 200
        except httpx2.TransportError:
            return False

    def start_module(self, name: str, *arguments: str) -> subprocess.Popen:
        """Start a module of the tests in the same surroundings."""
        return self.family.start(name, *arguments)

    def output(self) -> bytes:
        """Everything that the processes printed and logged."""
        return b"\n".join(path.read_bytes() for path in sorted(self.folder.glob("*.log")))

    def dump(self) -> bytes:
        """The whole database, as its file or as text of every table."""
        return databases.dump(self.environment["KEYTURN_DATABASE_URL"])

    def _next(self, address: str) -> Letter | None:
        letters, number = self.letters_to(address), self._read.get(address, 0)
        if number >= len(letters):
            return None
        self._read[address] = number + 1
        return letters[number]


@contextlib.contextmanager
def running(
    folder: Path,
    world: dict,
    *,
    workers: int = 1,
    webs: int = 1,
    through=contextlib.nullcontext,
    program: str = KEYTURN,
    settings: dict[str, str] | None = None,
) -> Iterator[Installation]:
    """Load, serve; everything has ended and the database is gone when the block is left.

    `through` may put another mail server before the one that keeps everything: it is given that one's port and
    yields its own.
    """
    port = cluster.free_port()
    with migrated.copy(folder) as url:
        environment = environment_of(folder, port, url) | (settings or {})
        with children.of(folder, environment) as family, through(_start_catcher(family, folder)) as mail_port:
            environment["KEYTURN_EMAIL_URL"] = f"smtp://127.0.0.1:{mail_port}?tls=none"
            keyturn = Installation(folder, port, environment, family, program)
            keyturn.load(world)
            for number in range(workers):
                keyturn.start(f"worker-{number}", "worker")
            keyturn.start_web(webs)
            children.wait_until(keyturn.is_ready, family)
            yield keyturn


def _start_catcher(family: children.Children, folder: Path) -> int:
    (folder / "mail").mkdir()
    process = family.start("catcher", "keyturn.demo.catcher", str(folder / "mail"), output=subprocess.PIPE)
    return int(process.stdout.readline())


def environment_of(folder: Path, port: int, url: str) -> dict[str, str]:
    """What every process of an installation is given."""
    return migrated.surroundings(folder, url) | {
        "KEYTURN_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "KEYTURN_ARGON2": "1,64,1",
        "KEYTURN_SOURCE_LIMIT_FACTOR": "1000",
        "KEYTURN_LOG_LEVEL": "DEBUG",
        "PYTHONUNBUFFERED": "1",
    }
