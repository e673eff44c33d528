"""Every kind of directory, by the name that `RegisteredDirectory.kind` holds. A new one is one line here."""

from functools import cache

from keyturn.directories.base import Directory
from keyturn.directories.connectors.builtin import Builtin
from keyturn.directories.connectors.memory import Memory

CONNECTORS: dict[str, type[Directory]] = {
    "builtin": Builtin,
    "memory": Memory,
}


class UnknownKind(LookupError):
    """A registered directory names a connector that this version does not have."""


@cache
def connect(kind: str) -> Directory:
    """The directory of this kind, one for the process; raises UnknownKind."""
    if kind not in CONNECTORS:
        raise UnknownKind(kind)
    return CONNECTORS[kind]()
