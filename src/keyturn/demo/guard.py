"""The lock on the demo's door: a folder made for it, and a launcher that is alive above this process."""

import fcntl
import json
import os
from pathlib import Path
from typing import IO

MARK = "demo.json"


class NotADemo(Exception):
    """This can only be used by what `keyturn demo` starts. Use keyturn.settings, or run: keyturn demo."""


class FolderRefused(Exception):
    """The folder cannot hold a demo; the message says why and what to do."""


def claim(folder: Path) -> IO[str]:
    """Make the folder a demo's, or take it again; hold the returned file open for as long as the demo runs.

    A folder with anything else in it is refused, so that a real installation can never become a demo.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    mark = folder / MARK
    if not mark.exists() and any(folder.iterdir()):
        raise FolderRefused(f"{folder} holds something that is not a demo. Choose another: keyturn demo --data DIR")
    file = mark.open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise FolderRefused(
            f"A demo is already running in {folder}. Stop it, or choose: keyturn demo --data DIR"
        ) from None
    file.truncate(0)
    json.dump(_name(os.getpid()), file)
    file.flush()
    return file


def check(folder: Path) -> None:
    """Raises NotADemo unless the launcher that claimed this folder is an ancestor of this process."""
    try:
        launcher = json.loads((folder / MARK).read_text(encoding="ascii"))
    except (OSError, ValueError):
        raise NotADemo(NotADemo.__doc__) from None
    if launcher not in _ancestors():
        raise NotADemo(NotADemo.__doc__)


def _ancestors() -> list[list[int]]:
    pid, found = os.getppid(), []
    while pid:
        found.append(_name(pid))
        pid = _parent(pid)
    return found


def _name(pid: int) -> list[int]:
    """A process by number and moment of birth, because numbers are given out again."""
    fields = _fields(pid)
    return [pid, int(fields[19]) if fields else 0]


def _parent(pid: int) -> int:
    fields = _fields(pid)
    return int(fields[1]) if fields else 0


def _fields(pid: int) -> list[str]:
    """proc(5), /proc/PID/stat from the third field on; nothing where there is no such file."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []
