"""Starting, stopping and weighing processes. CPU time is user and system, of a process and all it ever started."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
_LIBC, _PR_SET_PDEATHSIG = ctypes.CDLL(None), 1  # prctl(2)
_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


def free_port() -> int:
    """A port of the loopback that nobody holds at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def python(*arguments: str) -> list[str]:
    """A command line for this very interpreter."""
    return [sys.executable, *arguments]


def run(command: list[str], environment: Mapping[str, str], *, text: str | None = None) -> str:
    """Run to the end and give the standard output; a failure raises with what the program said."""
    done = subprocess.run(
        command, env={**os.environ, **environment}, cwd=REPOSITORY, input=text, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{command} ended with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return done.stdout


class Program:
    """A program that runs until stopped, with its output in a file."""

    def __init__(self, command: list[str], environment: Mapping[str, str], log: Path):
        self._log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                env={**os.environ, **environment},
                cwd=REPOSITORY,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=_end_with_parent,
            )
        self.pid = self._process.pid

    def wait_for_port(self, port: int, seconds: float = 30) -> None:
        """Return when something listens there; raises with the program's output when it ended or took too long."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"nothing listens on {port}:\n{self._log.read_text()[-4000:]}")

    def check(self) -> None:
        """Raise when the program has ended."""
        if self._process.poll() is not None:
            raise RuntimeError(f"a program ended by itself:\n{self._log.read_text()[-4000:]}")

    def stop(self) -> None:
        """Ask it to end, and after ten seconds make it."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                for pid in [*descendants(self.pid), self.pid]:
                    _kill(pid)
                self._process.wait()


def cpu_ms(pid: int | None) -> float:
    """Milliseconds of processor time that a process and all its descendants, the ended ones too, have used."""
    if pid is None:
        return 0.0
    return sum(_ticks(one) for one in [pid, *descendants(pid)]) * 1000 / _TICK


def resident_mb(pid: int) -> float:
    """Megabytes of memory that a process and its living descendants hold, what they share counted once for each."""
    pages = 0
    for one in [pid, *descendants(pid)]:
        try:
            pages += int(Path(f"/proc/{one}/statm").read_text().split()[1])
        except OSError:
            continue
    return pages * _PAGE / 2**20


def descendants(pid: int) -> list[int]:
    """All living processes below this one."""
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children += [int(word) for word in task.read_text().split()]
        except OSError:
            continue
    return children + [deeper for child in children for deeper in descendants(child)]


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(int(field) for field in fields[11:15])  # utime, stime, and those of children that were waited for


def _end_with_parent() -> None:
    """In the child, before it becomes the program: a benchmark that is killed leaves nothing behind."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
