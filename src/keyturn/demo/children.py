"""The demo's child processes: started with an environment of their own, watched, and stopped with their parent."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from keyturn.lib import processes

_PATIENCE = 90  # seconds for the first page


class ChildEnded(Exception):
    """A program that the demo needs has ended; the message names it and shows its last words."""


class Children:
    """The programs of one demo. Their output goes to files in its folder."""

    def __init__(self, folder: Path, environment: dict[str, str]):
        self._folder = folder
        self._environment = environment
        self._running: dict[str, subprocess.Popen] = {}

    def run(self, name: str, *arguments: str) -> None:
        """Run a program to its end; raises ChildEnded when that was not a good one."""
        with self._log(name).open("ab") as log:
            done = subprocess.run(  # noqa: S603 -- our own modules, by our own interpreter
                self._command(arguments), env=self._environment, stdout=log, stderr=log, check=False
            )
        if done.returncode:
            raise ChildEnded(self._last_words(name))

    def start(self, name: str, *arguments: str, output: int | None = None) -> subprocess.Popen:
        """Start a program that runs until the demo ends."""
        with self._log(name).open("ab") as log:
            child = subprocess.Popen(  # noqa: S603 -- the same
                self._command(arguments),
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output or log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches the launcher alone, which stops the others in order
                preexec_fn=partial(processes.end_with, os.getpid()),  # a launcher that is killed leaves nobody
            )
        self._running[name] = child
        return child

    def check(self) -> None:
        """Raises ChildEnded when one of them has."""
        for name, child in self._running.items():
            if child.poll() is not None:
                raise ChildEnded(self._last_words(name))

    def stop(self) -> None:
        """Ask the youngest first to stop, and make sure."""
        for child in reversed(self._running.values()):
            child.terminate()
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self._running.clear()

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        return [sys.executable, "-m", *arguments]

    def _log(self, name: str) -> Path:
        return self._folder / f"{name}.log"

    def _last_words(self, name: str) -> str:
        words = self._log(name).read_text(encoding="utf-8", errors="replace").strip()
        return f"The demo's {name} has ended. Its last words, from {self._log(name)}:\n" + words[-2000:]


@contextmanager
def of(folder: Path, environment: dict[str, str]) -> Iterator[Children]:
    """Children that are stopped whatever happens."""
    children = Children(folder, environment)
    try:
        yield children
    finally:
        children.stop()


def wait_until(ready: Callable[[], bool], children: Children) -> None:
    """Wait until `ready()` says so; a machine that is busy may take its time."""
    deadline = time.monotonic() + _PATIENCE
    while not ready():
        children.check()
        if time.monotonic() > deadline:
            raise ChildEnded(f"The demo's pages did not answer within {_PATIENCE} seconds.")
        time.sleep(0.1)
