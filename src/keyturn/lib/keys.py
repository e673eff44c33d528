"""The installation's key files. The web process reads only `web.json`; what it seals, `worker.json` opens.

    web.json     digest: keys HMACs of identifiers and counters     cookie: seals what a browser carries for us
                 boxes: public halves, one per sealing purpose
    worker.json  boxes: private halves

A private half keeps its place when it is replaced (newest first), so that what was sealed before still opens.
"""

import base64
import contextlib
import fcntl
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from nacl.public import PrivateKey

BOXES = ("intake", "outbox", "settings", "mailbox")


class KeysMissing(Exception):
    """There are no key files. `keyturn migrate` makes them for an empty database; otherwise restore them."""


class KeysUnsafe(Exception):
    """A key file can be read by others on this machine."""


@dataclass(frozen=True)
class WebKeys:
    """What the web process holds: enough to digest and to seal, not enough to open what it sealed."""

    digest: bytes
    cookie: bytes
    boxes: dict[str, bytes]


@dataclass(frozen=True)
class WorkerKeys:
    """The private halves, newest first, by sealing purpose."""

    boxes: dict[str, tuple[bytes, ...]]


def folder() -> Path:
    """Where the key files of this installation lie."""
    return Path(settings.KEYTURN_DATA) / "keys"


def exist() -> bool:
    """Whether both key files are there."""
    return (folder() / "web.json").exists() and (folder() / "worker.json").exists()


def create() -> None:
    """Make both files, readable by this user alone; refuses to overwrite."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    private = {box: PrivateKey.generate() for box in BOXES}
    _write("worker.json", {"boxes": {box: [_text(bytes(key))] for box, key in private.items()}})
    _write(
        "web.json",
        {
            "digest": _text(os.urandom(32)),
            "cookie": _text(os.urandom(32)),
            "boxes": {box: _text(bytes(key.public_key)) for box, key in private.items()},
        },
    )


def rotate(box: str) -> str:
    """A new key of a box, from now on the one that seals; the old ones go on opening. Returns its name (`box_id`).

    The opening half is on disk before the sealing half is, so that nothing is ever sealed that does not open.
    """
    with _alone():
        private, opening, sealing = PrivateKey.generate(), _read("worker.json"), _read("web.json")
        opening["boxes"][box].insert(0, _text(bytes(private)))
        sealing["boxes"][box] = _text(bytes(private.public_key))
        _replace("worker.json", opening)
        _replace("web.json", sealing)
    return name_of(bytes(private.public_key))


def drop(box: str) -> int:
    """Remove every private half of a box but that of the key which seals; how many went. The caller knows that what
    they sealed is no more. Raises KeysMissing where the two files do not belong together."""
    with _alone():
        opening, public = _read("worker.json"), _read("web.json")["boxes"][box]
        halves = opening["boxes"][box]
        kept = [half for half in halves if _text(bytes(PrivateKey(base64.b64decode(half)).public_key)) == public]
        if not kept:
            raise KeysMissing(f"{folder() / 'worker.json'} does not open what web.json seals; restore both together.")
        opening["boxes"][box] = kept[:1]
        _replace("worker.json", opening)
    return len(halves) - 1


def older(box: str) -> int:
    """How many private halves a box has besides that of the key which seals."""
    return len(worker().boxes[box]) - 1


def rotated_at() -> datetime:
    """When the file of the sealing halves was last written: a rotation, or its way to this machine."""
    return datetime.fromtimestamp((folder() / "web.json").stat().st_mtime, UTC)


def box_id(box: str) -> str:
    """Which key a box is sealed with now."""
    return name_of(web().boxes[box])


def name_of(public: bytes) -> str:
    """A key's name: sixteen digits of its public half's digest."""
    return sha256(public).hexdigest()[:16]


def web() -> WebKeys:
    """The keys every process has; read anew when the file was replaced."""
    return _web(_stamp("web.json"))


def worker() -> WorkerKeys:
    """The keys that open; a web process that calls this breaks the house, and a test watches that none does."""
    return _worker(_stamp("worker.json"))


def forget() -> None:
    """Read the files again at the next use: after they were made elsewhere."""
    _web.cache_clear()
    _worker.cache_clear()


@lru_cache(maxsize=1)
def _web(_stamped: tuple) -> WebKeys:
    raw = _read("web.json")
    boxes = {box: base64.b64decode(key) for box, key in raw["boxes"].items()}
    return WebKeys(base64.b64decode(raw["digest"]), base64.b64decode(raw["cookie"]), boxes)


@lru_cache(maxsize=1)
def _worker(_stamped: tuple) -> WorkerKeys:
    raw = _read("worker.json")
    return WorkerKeys({box: tuple(map(base64.b64decode, keys)) for box, keys in raw["boxes"].items()})


def _stamp(name: str) -> tuple:
    """What tells one file of this name from the next."""
    path = folder() / name
    try:
        found = path.stat()
    except FileNotFoundError:
        raise KeysMissing(f"{path} is missing. {KeysMissing.__doc__}") from None
    return str(path), found.st_ino, found.st_mtime_ns


def _read(name: str) -> dict:
    path = folder() / name
    if not path.exists():
        raise KeysMissing(f"{path} is missing. {KeysMissing.__doc__}")
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeysUnsafe(f"{path} can be read by others; run: chmod 600 {path}")
    return json.loads(path.read_text(encoding="ascii"))


def _write(name: str, content: dict) -> None:
    descriptor = os.open(folder() / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())


def _replace(name: str, content: dict) -> None:
    """A whole file in the place of another, at once, and on disk before anything else is done."""
    passing = folder() / f".{name}"
    passing.unlink(missing_ok=True)
    _write(passing.name, content)
    passing.replace(folder() / name)
    with _opened_folder() as descriptor:
        os.fsync(descriptor)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Of two who change the files one waits for the other."""
    with _opened_folder() as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # given back as it is closed
        yield


@contextlib.contextmanager
def _opened_folder() -> Iterator[int]:
    descriptor = os.open(folder(), os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
