"""An installation whose processes are killed and started again while people go on with what they do."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import httpx2
from django.apps import apps

from keyturn.lib.leases import Leased
from tests.installation import Installation
from tests.kills import DOOM
from tests.letters import Letter
from tests.patience import wait_for

AGAIN = {409, 503}  # somebody holds the link for a moment, or the database does


@dataclass
class Scene:
    """A running installation, and the processes of it that may die."""

    keyturn: Installation
    of_workers: dict[str, str] = field(default_factory=dict)  # settings of theirs alone
    workers: list[subprocess.Popen] = field(default_factory=list)
    started: int = 0

    def doom(self, point: str) -> None:
        """Whoever comes to this point next dies there."""
        whole = self.keyturn.folder / "doom.new"
        whole.write_text(point)
        whole.replace(self.keyturn.folder / DOOM)

    def is_doomed(self) -> bool:
        """Whether nobody has died yet of the last doom."""
        return (self.keyturn.folder / DOOM).exists()

    def start_worker(self) -> subprocess.Popen:
        """One worker more."""
        self.started += 1
        with patch.dict(self.keyturn.environment, self.of_workers):
            worker = self.keyturn.start(f"worker-{self.started}", "worker")
        self.workers.append(worker)
        return worker

    def bury_worker(self) -> None:
        """Wait for the one worker to die by kill -9, and start the next."""
        self.see_worker_die()
        self.start_worker()

    def see_worker_die(self) -> None:
        """Wait for the one worker to die by kill -9; what it held is free then, as if its leases had run out."""
        worker = self.workers.pop()
        assert worker.wait(timeout=60) == -signal.SIGKILL
        assert not self.workers
        for table in _leased():
            self.keyturn.write(f"UPDATE {table} SET lease_until = due_at WHERE lease_until IS NOT NULL")

    def kill_worker(self, which: int = 0) -> None:
        """kill -9 from outside, at whatever moment this is; another takes its place."""
        worker = self.workers.pop(which)
        worker.kill()
        worker.wait()
        self.start_worker()

    def bury_the_dead(self) -> int:
        """Start a worker for each that has died by kill -9; returns how many."""
        dead = [worker for worker in self.workers if worker.poll() is not None]
        for worker in dead:
            assert worker.returncode == -signal.SIGKILL
            self.workers.remove(worker)
            self.start_worker()
        return len(dead)

    def spare(self) -> None:
        """Whoever comes to the last doom's point from now on lives on."""
        (self.keyturn.folder / DOOM).unlink(missing_ok=True)

    def kill_a_web_process(self, which: int) -> None:
        """kill -9 for one web process of `serve`, which starts another."""
        webs = [pid for pid in _children(self.keyturn.web.pid) if _is_web_process(pid)]
        if webs:
            _kill(webs[which % len(webs)])

    def kill_web(self) -> None:
        """kill -9 for `serve` and every process of it."""
        for pid in [self.keyturn.web.pid, *_children(self.keyturn.web.pid)]:
            _kill(pid)
        self.keyturn.web.wait()

    def revive_web(self, webs: int = 1) -> None:
        """Have it answer again, by itself, or by a start where `serve` ended with it."""
        wait_for(lambda: self.keyturn.is_ready() or self._is_gone(), "the web process")
        if self._is_gone():
            self.keyturn.start_web(webs)
            wait_for(self.keyturn.is_ready, "the web process")

    def receive_link(self, email: str) -> Letter:
        """Ask, and wait for the mail with link and code."""
        self.keyturn.ask(email=email)
        return self.keyturn.letter_to(email)

    def redeem(self, letter: Letter, new_password: str) -> int | None:
        """Send the form once: the status, or None when the process died over it."""
        body = {"token": letter.token, "code": letter.code, "new_password": new_password}
        try:
            with self.keyturn.client() as app:
                return app.post("/api/v1/recoveries/redeem", json=body).status_code
        except httpx2.TransportError:
            return None

    def redeem_patiently(self, letter: Letter, new_password: str) -> int:
        """Send the form as a person does who is told to wait a moment."""
        return wait_for(lambda: self._told(letter, new_password), "the end of a redemption")

    @staticmethod
    def wait_a_second() -> None:
        """For what the product promises within a second and shows nowhere."""
        time.sleep(1)

    def _is_gone(self) -> bool:
        return self.keyturn.web.poll() is not None

    def _told(self, letter: Letter, new_password: str) -> int | None:
        status = self.redeem(letter, new_password)
        return None if status in AGAIN else status


def _kill(pid: int) -> None:
    """kill -9; a process that has just ended by itself, as helpers do without their parent, is as dead."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _is_web_process(pid: int) -> bool:
    """Not the helper of multiprocessing that keeps count of what was shared."""
    try:
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):  # it has ended, before or while it was looked at
        return False


def _leased() -> list[str]:
    """The tables whose rows wait for a worker."""
    return [model._meta.db_table for model in apps.get_models() if issubclass(model, Leased)]


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]
