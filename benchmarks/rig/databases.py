"""A fresh SQLite file or a PostgreSQL cluster of its own for each target, so that its CPU time is nobody else's."""

import os
import shutil
import sqlite3
import tempfile
import time
from pathlib import Path

import psycopg

from benchmarks.rig.processes import Program, free_port, run

KINDS = ("sqlite", "postgresql")


class Sqlite:
    """One file. Its work is done inside the processes that use it."""

    kind = "sqlite"
    pid = None

    def __init__(self, folder: Path):
        self.path = folder / "benchmark.sqlite3"
        self.url = f"sqlite:///{self.path}"

    def count(self, table: str) -> int:
        """Committed rows of one table."""
        with sqlite3.connect(self.path, timeout=20) as connection:
            return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

    def settle(self) -> None:
        """Nothing to do: it plans by its indexes."""

    def stop(self) -> None:
        """Nothing runs."""


class Postgresql:
    """A cluster on a free port of the loopback, as it is delivered, `fsync` included, but for these settings."""

    kind = "postgresql"

    def __init__(self, folder: Path, **settings: str):
        binaries = _binaries()
        cluster = self._cluster = Path(tempfile.mkdtemp(prefix="benchmark-cluster-"))
        lower = []
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(cluster, "postgres", "postgres")
            lower = ["runuser", "-u", "postgres", "--"]
        run([*lower, str(binaries / "initdb"), "-D", str(cluster), "-A", "trust", "-U", "postgres"], {})
        port = free_port()
        options = ["-p", str(port), "-k", str(cluster), "-c", "listen_addresses=127.0.0.1"]
        options += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self._program = Program(
            [*lower, str(binaries / "postgres"), "-D", str(cluster), *options], {}, folder / "postgresql.log"
        )
        self._program.wait_for_port(port)
        self._wait(port)
        self.pid = self._program.pid
        self.url = f"postgres://postgres@127.0.0.1:{port}/benchmark"
        with psycopg.connect(self.url.replace("/benchmark", "/postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE benchmark")

    @staticmethod
    def _wait(port: int) -> None:
        """It listens before it can answer."""
        deadline = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(f"postgres://postgres@127.0.0.1:{port}/postgres").close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def count(self, table: str) -> int:
        """Committed rows of one table."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

    def settle(self) -> None:
        """What the daemon would do within minutes: count the rows that were loaded, and plan by them."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")

    def stop(self) -> None:
        """Shut the cluster down and remove it."""
        self._program.stop()
        shutil.rmtree(self._cluster)


def make(kind: str, folder: Path) -> Sqlite | Postgresql:
    """A fresh database below this folder."""
    return Sqlite(folder) if kind == "sqlite" else Postgresql(folder)


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if not on_path:
        raise SystemExit("PostgreSQL's server programs are missing: apt-get install postgresql")
    return Path(on_path).parent
