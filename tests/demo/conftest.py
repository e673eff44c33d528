"""A demo that runs, as a newcomer starts it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from tests import cluster

START = [sys.executable, "-m", "keyturn.cli.main", "demo"]
HELD = {"cwd": Path("/"), "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "data"


@pytest.fixture(scope="module")
def demo(folder):
    """A running demo; afterwards its port is free and its processes are gone."""
    port = cluster.free_port()
    environment = os.environ | {"KEYTURN_DATABASE_URL": "sqlite:////nowhere/real.sqlite3", "KEYTURN_DATA": "/nowhere"}
    command = [*START, "--port", str(port), "--data", str(folder)]
    with subprocess.Popen(command, env=environment, **HELD) as process:
        said = _read_until(process, f"http://127.0.0.1:{port}/")
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False) as browser:
            browser.headers["Accept-Language"] = "en"
            browser.said, browser.port = said, port
            yield browser
        process.send_signal(signal.SIGINT)
        assert "has stopped" in process.stdout.read()
        assert process.wait(timeout=30) == 0
    with pytest.raises(httpx2.TransportError):
        httpx2.get(f"http://127.0.0.1:{port}/demo/", trust_env=False)
    assert _processes_with(str(folder)) == []


def _read_until(process: subprocess.Popen, word: str) -> str:
    said = ""
    while "3. Everybody else" not in said:
        line = process.stdout.readline()
        assert line, f"the demo ended:\n{said}"
        said += line
    assert word in said
    return said


def _processes_with(word: str) -> list[str]:
    """Processes whose environment or command line names the demo's folder."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if word.encode() in (place / "environ").read_bytes() + (place / "cmdline").read_bytes():
                found.append(place.name)
        except OSError:
            continue
    return found
