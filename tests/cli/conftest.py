"""The `keyturn` command in processes of its own, on a fresh database of the kind under test."""

from pathlib import Path

import pytest

from tests import cluster, databases, installation, migrated
from tests.cli.machine import Machine
from tests.cli.worlds import MOVERS


@pytest.fixture
def machine(tmp_path):
    """Empty: nothing was migrated yet."""
    with databases.fresh(tmp_path) as url:
        yield _machine(tmp_path, url)


@pytest.fixture
def migrated_machine(tmp_path):
    """Migrated, and nobody on it."""
    with migrated.copy(tmp_path) as url:
        yield _machine(tmp_path, url)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """Migrated, with Movers on it; shared by a file's tests, which leave it as they found it."""
    folder = tmp_path_factory.mktemp("machine")
    with migrated.copy(folder) as url:
        machine = _machine(folder, url)
        (folder / "world.yaml").write_text(MOVERS, encoding="utf-8")
        assert machine.run("load", str(machine.folder / "world.yaml")).returncode == 0
        yield machine


def _machine(folder: Path, url: str) -> Machine:
    port = cluster.free_port()
    return Machine(folder, installation.environment_of(folder, port, url), port)


def children_of(pid: int) -> dict[int, str]:
    """The living child processes of one, with their command lines."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and _parent(folder) == pid:
            found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not waited for does not."""
    try:
        return _state(Path(f"/proc/{pid}")) not in {"Z", "X"}
    except OSError:
        return False


def _parent(folder: Path) -> int:
    try:
        return int(_fields(folder)[1]) if _state(folder) not in {"Z", "X"} else 0
    except OSError:
        return 0


def _state(folder: Path) -> str:
    return _fields(folder)[0]


def _fields(folder: Path) -> list[str]:
    return (folder / "stat").read_text().rpartition(")")[2].split()
