"""A PostgreSQL cluster of our own: in a temporary folder, on a free port of the loopback, gone at the end.

python -m tests.cluster pytest tests/limits      runs a command with KEYTURN_DATABASE_URL set to it
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import machine

# A test that kills our own processes does not need the disk to be asked twice, nor a standby to be thought of; and
# tables that are emptied after each test are not worth sweeping.
_OPTIONS = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "128MB",
}


@contextmanager
def running() -> Iterator[str]:
    """Start a cluster; yields an address for KEYTURN_DATABASE_URL. Stops it whatever happens inside."""
    folder = Path(tempfile.mkdtemp(prefix="keyturn-postgres-"))
    user = _user()
    if "user" in user:
        account = pwd.getpwnam(user["user"])
        os.chown(folder, account.pw_uid, account.pw_gid)
    server = None
    try:
        _initialise(folder, user)
        port = free_port()
        server = _start(folder, port, user)
        _wait(server, port, folder)
        yield f"postgres://postgres@127.0.0.1:{port}/keyturn"
    finally:
        if server:
            _stop(server)
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A port of the loopback that nobody uses at this moment."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def _user() -> dict:
    """Whom the server runs as: PostgreSQL refuses root."""
    return {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}


def _initialise(folder: Path, user: dict) -> None:
    command = [machine.need(machine.INITDB), "-D", folder / "data", "-U", "postgres", "-A", "trust"]
    command += ["-E", "UTF8", "--no-locale", "--no-sync"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, **user)
    if done.returncode:
        raise RuntimeError(f"initdb failed:\n{done.stdout}\n{done.stderr}")


def _start(folder: Path, port: int, user: dict) -> subprocess.Popen:
    command = [machine.need(machine.POSTGRES), "-D", folder / "data", "-p", str(port), "-h", "127.0.0.1"]
    command += ["-k", folder]
    for name, value in _OPTIONS.items():
        command += ["-c", f"{name}={value}"]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, start_new_session=True, **user)


def _wait(server: subprocess.Popen, port: int, folder: Path) -> None:
    import psycopg

    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError("PostgreSQL did not start:\n" + (folder / "log").read_text(errors="replace"))
        try:
            psycopg.connect(host="127.0.0.1", port=port, user="postgres", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise RuntimeError("PostgreSQL did not answer within 30 seconds")


def _stop(server: subprocess.Popen) -> None:
    server.send_signal(signal.SIGINT)  # fast: connections are ended, nothing is waited for
    try:
        server.wait(timeout=30)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def end_on_signals() -> None:
    """Let a polite end of this process pass through every `finally`."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))


if __name__ == "__main__":
    end_on_signals()
    with running() as url:
        sys.exit(
            subprocess.run(sys.argv[1:], env={**os.environ, "KEYTURN_DATABASE_URL": url}, check=False).returncode
        )
