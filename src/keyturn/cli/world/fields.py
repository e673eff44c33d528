"""Takes the fields of one mapping after another, each by its kind, and collects every complaint with its place.

Taking goes on after a complaint, with a stand-in, so that one run finds everything that is wrong in a file.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from keyturn.cli.world.complaints import Complaint
from keyturn.cli.world.reading import Node

_KINDS = {bool: "true or false", int: "a number", float: "a number", str: "text", type(None): "nothing"}


@dataclass
class Fields:
    """The fields of one mapping. `done` complains about those that nobody took."""

    node: Node
    path: str
    complaints: list[Complaint] = field(repr=False)
    _taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if not isinstance(self.node.value, dict):
            self.complain("", f"must be fields with values, not {kind_of(self.node)}")
            self.node = Node(self.node.line, {})

    def __contains__(self, name: str) -> bool:
        return name in self.node.value

    def text(self, name: str, *, default: str = "", required: bool = False) -> str:
        """Text; a number or a date must be put in quotes to be one."""
        value = self._take(name, required)
        if value is None:
            return default
        if not isinstance(value, str):
            hint = "; put it in quotes" if isinstance(value, int | float | bool) else ""
            self.complain(name, f"must be text, not {kind_of(self.node.value[name])}{hint}")
            return default
        if required and not value.strip():
            self.complain(name, "must not be empty")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """true or false."""
        return self._of_type(name, bool, default)

    def number(self, name: str, *, default: int = 0, required: bool = False) -> int:
        """A whole number."""
        if required and self._take(name, required) is None:
            return default
        return self._of_type(name, int, default)

    def word(self, name: str, words: Iterable[str], *, default: str) -> str:
        """One of a few words."""
        value, words = self.text(name, default=default), tuple(words)
        if value not in words:
            self.complain(name, f"is {shown(value)}; write one of {', '.join(words)}")
            return default
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        found = []
        for place, node in enumerate(self._list(name)):
            if isinstance(node.value, str):
                found.append(node.value)
            else:
                self.complain(f"{name}[{place}]", f"must be text, not {kind_of(node)}", node.line)
        return tuple(found)

    def each(self, name: str) -> Iterator["Fields"]:
        """Every mapping of a list; each one's `done` is asked when it was handed on."""
        for place, node in enumerate(self._list(name)):
            inner = Fields(node, self._at(f"{name}[{place}]"), self.complaints)
            yield inner
            inner.done()

    def inner(self, name: str) -> "Fields":
        """One mapping within; empty when it is not there."""
        self._taken.add(name)
        node = self.node.value.get(name)
        if node is None or node.value is None:
            node = Node(self.node.line, {})
        return Fields(node, self._at(name), self.complaints)

    def value(self, name: str) -> Any:
        """Whatever stands there, as plain values; for fields whose kind somebody else judges."""
        self._taken.add(name)
        return plain(self.node.value[name])

    def names(self) -> list[str]:
        """The names of all fields there are."""
        return list(self.node.value)

    def line_of(self, name: str) -> int:
        """The line of a field, or of the whole mapping."""
        node = self.node.value.get(name) if isinstance(self.node.value, dict) else None
        return node.line if node else self.node.line

    def complain(self, name: str, message: str, line: int = 0) -> None:
        """Say what is wrong with a field."""
        self.complaints.append(Complaint(line or self.line_of(name), self._at(name), message))

    def checked(self, name: str, read: Callable[[], Any], default: Any = None) -> Any:
        """What `read` makes of a field; a ValueError becomes the complaint."""
        try:
            return read()
        except ValueError as problem:
            self.complain(name, str(problem))
            return default

    def done(self) -> None:
        """Complain about fields that nobody took."""
        for name in self.node.value:
            if name not in self._taken:
                self.complain(name, "there is no such field here")

    def _take(self, name: str, required: bool) -> Any:
        self._taken.add(name)
        node = self.node.value.get(name)
        if required and (node is None or node.value is None):
            self.complain(name, "is missing")
        return node.value if node else None

    def _of_type(self, name: str, kind: type, default: Any) -> Any:
        value = self._take(name, required=False)
        if value is None:
            return default
        if type(value) is not kind:
            self.complain(name, f"must be {_KINDS[kind]}, not {kind_of(self.node.value[name])}")
            return default
        return value

    def _list(self, name: str) -> list[Node]:
        value = self._take(name, required=False)
        if value is None:
            return []
        if not isinstance(value, list):
            self.complain(name, f"must be a list, not {kind_of(self.node.value[name])}")
            return []
        return value

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path and name else self.path or name


def kind_of(node: Node) -> str:
    """What a node is, in words."""
    if isinstance(node.value, dict):
        return "fields"
    return "a list" if isinstance(node.value, list) else _KINDS[type(node.value)]


def plain(node: Node) -> Any:
    """A node's value without lines."""
    if isinstance(node.value, dict):
        return {name: plain(inner) for name, inner in node.value.items()}
    return [plain(inner) for inner in node.value] if isinstance(node.value, list) else node.value


def shown(text: str) -> str:
    """A value from the file as an error may show it: short, on one line."""
    return repr(text if len(text) <= 40 else text[:40] + "…")
