"""A migrated installation to copy. Migrating takes a second or two, so it is done once in a run and shared."""

import atexit
import contextlib
import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests import databases


@dataclass(frozen=True)
class Template:
    """A data folder with key files, and the database that belongs to them."""

    folder: Path
    url: str


@contextlib.contextmanager
def copy(folder: Path) -> Iterator[str]:
    """Key files into a data folder; yields the address of a database of its own. As `keyturn migrate` leaves them."""
    source = template()
    shutil.copytree(source.folder / "keys", folder / "keys")
    with databases.fresh(folder, like=source.url) as url:
        yield url


def surroundings(folder: Path, url: str) -> dict[str, str]:
    """The environment of this process without its own settings, and where data and database are."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith(("KEYTURN_", "DJANGO_"))}
    return rest | {"KEYTURN_DATA": str(folder), "KEYTURN_DATABASE_URL": url}


@functools.cache
def template() -> Template:
    """Made by `keyturn migrate` itself; gone when this process ends."""
    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="keyturn-migrated-")))
    url = stack.enter_context(databases.fresh(folder))
    command = [sys.executable, "-m", "keyturn.cli.main", "migrate"]
    subprocess.run(command, env=surroundings(folder, url), stdout=subprocess.DEVNULL, check=True)
    return Template(folder, url)
