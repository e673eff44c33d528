"""The shape of the house, read from syntax trees. Each check takes a source folder and returns its complaints.

A complaint is one line, `file: why`. tests/house/test_shape.py runs every check over the real house, where it
must find nothing, and over a broken one, where it must find something.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

# Imports go strictly down; rooms on one floor do not know each other. The demo starts the programs: it is on top.
STAIRS = (
    ("lib",),
    ("tenants",),
    ("limits", "audit", "door"),
    ("operators",),
    ("people", "directories", "outbox"),
    ("passwords",),
    ("recovery", "access"),
    ("enrollment", "monitoring", "campaigns", "drill"),
    ("portal", "console", "api"),
    ("checks",),  # a file beside the rooms: configuration, judged before anything starts
    ("cli",),
    ("demo",),
)
FLOOR = {room: floor for floor, rooms in enumerate(STAIRS) for room in rooms}
NOBODYS_ROOMS = {"services", "utils", "util", "helpers", "common", "managers", "misc", "selectors"}
LONGEST = 260  # lines; architecture.md aims at 200, and a file that passes this is two rooms

_NOT_AUDIT = {"log", "points"}  # they name their lines and places in the same way
_ACTION = r"[a-z_]+\.([a-z_]+_)?([a-z]+ed|forgotten|sent|spent|begun|died|lost|set|set_by_hand|signed_in|signed_out)"


def floors(src: Path) -> Iterator[str]:
    """Imports that climb the stairs or cross a landing."""
    for path, tree in _modules(src):
        room = _room(src, path)
        for name in _imports(src, path, tree):
            target = _target(name)
            if target is None or target == room:
                continue
            if target == "settings" and room == "demo":
                continue  # the demo's settings are the real ones and a room more
            if target == "wsgi" and room is None:
                continue  # the entry for RSGI stands before the one for WSGI
            if target not in FLOOR:
                yield f"{path}: imports {name}, which is on no floor"
            elif room is not None and FLOOR.get(room, -1) <= FLOOR[target]:
                yield f"{path}: {room} may not import {target} ({name})"


def rooms_are_known(src: Path) -> Iterator[str]:
    """Folders that no floor has."""
    for folder in src.iterdir():
        if folder.is_dir() and (folder / "__init__.py").exists() and folder.name not in FLOOR:
            yield f"{folder}: stands on no floor; name it in STAIRS"


def cores(src: Path) -> Iterator[str]:
    """A core decides: it may import the standard library, lib and itself."""
    for path, tree in _modules(src):
        inside = path.relative_to(src).parts
        if "core" not in inside[:-1]:
            continue
        own = ".".join(("keyturn", *inside[: inside.index("core") + 1]))
        for name in _imports(src, path, tree):
            known = name.split(".")[0] in sys.stdlib_module_names
            if not (known or name.startswith("keyturn.lib") or f"{name}.".startswith(f"{own}.")):
                yield f"{path}: a core may not import {name}"


def imports_at_the_top(src: Path) -> Iterator[str]:
    """Imports inside functions."""
    for path, tree in _modules(src):
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                for node in ast.walk(function):
                    if isinstance(node, ast.Import | ast.ImportFrom):
                        yield f"{path}:{node.lineno}: an import inside a function"


def lengths(src: Path) -> Iterator[str]:
    """Files that are two rooms."""
    for path, _ in _modules(src):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LONGEST:
            yield f"{path}: {lines} lines; at most {LONGEST}"


def docstrings(src: Path) -> Iterator[str]:
    """Modules that do not say what they are for."""
    for path, tree in _modules(src):
        if tree.body and not ast.get_docstring(tree):
            yield f"{path}: has no module docstring"


def names(src: Path) -> Iterator[str]:
    """Files and folders whose names are nobody's room."""
    for path in src.rglob("*"):
        if path.stem in NOBODYS_ROOMS:
            yield f"{path}: names nobody's room"


def loose_ends(src: Path) -> Iterator[str]:
    """Work that was put off in a comment."""
    for path in src.rglob("*.py"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line):
                yield f"{path}:{number}: a loose end"


def settings(src: Path, page: str) -> Iterator[str]:
    """Settings that the page does not explain, and explained ones that do not exist."""
    used = {name for path, tree in _modules(src) for name in _settings(tree)}
    explained = {name.removesuffix("_FILE") for name in re.findall(r"KEYTURN_[A-Z0-9_]*[A-Z0-9]", page)}
    yield from (f"{name} is not explained in docs/settings.md" for name in sorted(used - explained))
    yield from (f"{name} is explained in docs/settings.md and used nowhere" for name in sorted(explained - used))


def audit_actions(src: Path, page: str) -> Iterator[str]:
    """Audit actions that the page does not list, and listed ones that nobody records."""
    recorded = {action for path, tree in _modules(src) for action in _actions(tree)}
    listed = set(re.findall(r"^\| `([a-z_]+\.[a-z_]+)`", page, re.MULTILINE))
    yield from (f"{action} is not listed in docs/audit.md" for action in sorted(recorded - listed))
    yield from (f"{action} is listed in docs/audit.md and recorded nowhere" for action in sorted(listed - recorded))


def _modules(src: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(src.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, ast.parse(path.read_text(encoding="utf-8"), str(path))


def _room(src: Path, path: Path) -> str | None:
    """The room a file is in; None for the files beside the rooms (settings, urls), which only point."""
    inside = path.relative_to(src).parts
    return inside[0] if len(inside) > 1 else None


def _imports(src: Path, path: Path, tree: ast.Module) -> Iterator[str]:
    package = ("keyturn", *path.relative_to(src).parts[:-1])
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _target(name: str) -> str | None:
    parts = name.split(".")
    if parts[0] != "keyturn" or len(parts) < 2 or parts[1].startswith("__"):
        return None
    return parts[1]


def _settings(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else getattr(node, "attr", getattr(node, "id", ""))
        if isinstance(text, str) and re.fullmatch(r"KEYTURN_[A-Z0-9_]*[A-Z0-9]", text):
            yield text.removesuffix("_FILE")


def _actions(tree: ast.Module) -> Iterator[str]:
    """Words of the form `noun.past_tense` given to anything but a log."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or getattr(getattr(node.func, "value", None), "id", "") in _NOT_AUDIT:
            continue
        for argument in node.args:
            for word in ast.walk(argument):
                text = str(getattr(word, "value", ""))
                if isinstance(word, ast.Constant) and re.fullmatch(_ACTION, text) and text.split(".")[0] != "keyturn":
                    yield text
