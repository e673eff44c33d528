"""Where targets stand side by side while they are measured: one folder, one mail catcher, one kind of database."""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from benchmarks.rig.inbox import Inbox
from benchmarks.targets.base import Setting, Target
from benchmarks.targets.competitors import Allauth, Plain
from benchmarks.targets.keyturn import Keyturn

ALL: dict[str, type[Target]] = {"keyturn": Keyturn, "allauth": Allauth, "plain": Plain}
REAL, CHEAP = "2,19456,1", "1,8,1"  # parameters of Argon2id: as delivered, and costing next to nothing


class Bench:
    """A context; when it ends, whatever was started on it has ended, and nothing is left."""

    def __init__(self, database: str, argon2: str = REAL):
        self._database, self._argon2 = database, argon2
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmark-")))
        self.inbox = Inbox()
        self._stack.callback(self.inbox.close)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start(self, name: str, people: list[str], *, worker: bool = True) -> Target:
        """The target of this name, knowing these people, answering requests."""
        folder = self._folder / name
        folder.mkdir()
        target = ALL[name](folder, Setting(self._database, self.inbox.smtp_port, self._argon2))
        self._stack.callback(target.stop)
        target.load(people)
        target.database.settle()
        target.start(worker=worker)
        return target
