"""The face that every target has."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rig import databases
from benchmarks.rig.inbox import Inbox
from benchmarks.rig.processes import Program, cpu_ms, free_port, python, run
from benchmarks.rig.web import Client

NEW_PASSWORD = "Quiet-Harbour-71-lantern"  # not of a temporary password's shape, good enough for every judge
THREADS = 8  # that answer requests, in each target's one server process; what `keyturn serve` starts


@dataclass(frozen=True)
class Setting:
    """How a target is set up: database kind, where mail goes, Argon2 parameters (time, KiB, parallelism)."""

    database: str
    smtp_port: int
    argon2: str = "2,19456,1"


class Target(ABC):
    """Something people can get back into. It is made with an empty database; then `load`, `start`, use, `stop`."""

    name: str
    title: str
    mails_a_recovery = 1
    hashes_a_recovery = 2  # one made when the password is set, one verified when it is used
    asked_status: int  # the answer to asking

    def __init__(self, folder: Path, setting: Setting):
        self.folder, self.setting = folder, setting
        self.database = databases.make(setting.database, folder)
        self.port = free_port()
        self.server: Program | None = None
        self.worker: Program | None = None

    @abstractmethod
    def environment(self) -> dict[str, str]:
        """What its processes find in their environment."""

    @abstractmethod
    def load(self, addresses: list[str]) -> None:
        """Make tables and one active person for each address."""

    @abstractmethod
    def start(self, *, worker: bool = True) -> None:
        """Start the server, and the worker where there is one; return when requests are answered."""

    @abstractmethod
    def asking(self, address: str) -> bytes:
        """The request by which this person asks."""

    @abstractmethod
    def recover(self, client: Client, inbox: Inbox, address: str) -> None:
        """A whole recovery: ask, read the mail, set the new password, sign in with it."""

    @abstractmethod
    def kept(self) -> int:
        """How many asked, as the database knows it."""

    @property
    @abstractmethod
    def hash_statement(self) -> tuple[str, str]:
        """Python that prepares, and Python that makes one hash the way the server does."""

    def cpu(self) -> dict[str, float]:
        """Milliseconds of processor time used so far by server, worker and database."""
        pids = {"server": self.server and self.server.pid, "worker": self.worker and self.worker.pid}
        return {part: cpu_ms(pid) for part, pid in (pids | {"database": self.database.pid}).items()}

    def hash_ms(self, times: int = 9) -> float:
        """Median processor time in milliseconds of one hash of this target's own binding, in a process of its own."""
        prepare, statement = self.hash_statement
        program = (
            f"import time, statistics\n{prepare}\ndef once():\n    began = time.process_time()\n    {statement}\n"
            f"    return time.process_time() - began\n"
            f"once(); once()\nprint(1000 * statistics.median(once() for _ in range({times})))"
        )
        return float(run(python("-c", program), self.environment()))

    def check(self) -> None:
        """Raise when one of its programs has ended by itself."""
        for program in (self.server, self.worker):
            if program:
                program.check()

    def stop(self) -> None:
        """End server, worker and database."""
        for program in (self.server, self.worker, self.database):
            if program:
                program.stop()
        self.server = self.worker = None
