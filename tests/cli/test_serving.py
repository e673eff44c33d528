"""`serve` and its worker as processes: they answer, stop in order, and come back after kill -9 without a hand."""

import json
import os
import signal
import subprocess
import sys

import httpx2
import pytest

from tests.cli.conftest import children_of, is_alive
from tests.patience import wait_for


@pytest.fixture
def serving(loaded):
    """Starts `serve`, and ends whatever is left of it."""
    started = []

    def serve(*line):
        process = loaded.start("serve", "--port", str(loaded.port), *line)
        started.append(process)
        wait_for(lambda: loaded.health() == 200, f"serve to answer; it said:\n{loaded.output()}")
        return process

    yield serve
    for process in started:
        _kill_9(process)


def _kill_9(process: subprocess.Popen) -> None:
    """Its children end by themselves, which is waited for: one that is left would answer in the name of the next."""
    family = children_of(process.pid)
    process.kill()
    process.wait()
    wait_for(lambda: not [pid for pid in family if is_alive(pid)], "the orphans to end")


def worker_of(process) -> int | None:
    return next((pid for pid, line in children_of(process.pid).items() if "worker" in line), None)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_and_stops_with_everything_it_started(loaded, serving, number):
    process = serving()
    wait_for(lambda: worker_of(process), "the worker beside the pages")
    family = children_of(process.pid)
    process.send_signal(number)
    assert process.wait(timeout=30) == 0
    wait_for(lambda: not [pid for pid in family if is_alive(pid)], "the last of them")
    assert "worker.stopped" in loaded.output()


def test_after_kill_9_no_child_is_left_and_it_starts_again(loaded, serving):
    _kill_9(serving())  # and all that it had started ends
    again = serving()
    assert loaded.health() == 200
    again.terminate()
    assert again.wait(timeout=30) == 0


def test_a_worker_that_is_told_again_and_again_ends(migrated_machine):
    """Each signal comes in the middle of what the last one began; none may wait for another."""
    worker = migrated_machine.start("worker")
    wait_for(lambda: "worker.started" in migrated_machine.output(), "the worker")
    for _ in range(200):
        worker.terminate()
    assert worker.wait(timeout=30) == 0


@pytest.mark.parametrize(
    ("told", "ends"),
    [
        ("from keyturn.lib.processes import told_to_stop; waits = told_to_stop(); raises(); raises(); waits()", True),
        ("e = Event(); signal(SIGTERM, lambda *_: e.set())\nwith e._cond: raises()", False),  # the control
    ],
)
def test_a_signal_in_the_middle_of_another_waits_for_nothing(told, ends):
    said = f"from signal import *\nfrom threading import Event\nraises = lambda: raise_signal(SIGTERM)\n{told}"
    process = subprocess.Popen([sys.executable, "-c", said])
    try:
        assert process.wait(timeout=30 if ends else 3) == 0
        assert ends
    except subprocess.TimeoutExpired:
        assert not ends
    finally:
        process.kill()
        process.wait()


def test_a_worker_that_dies_is_started_again(serving):
    process = serving()
    first = wait_for(lambda: worker_of(process), "the worker")
    os.kill(first, signal.SIGKILL)
    assert wait_for(lambda: worker_of(process) not in {None, first}, "another worker")


def test_without_a_worker_there_is_none(serving):
    assert worker_of(serving("--no-worker")) is None


def test_a_taken_port_is_refused_in_a_sentence(loaded, serving):
    serving("--no-worker")
    done = loaded.run("serve", "--port", str(loaded.port))
    assert done.returncode == 1
    assert "choose another --port" in done.stderr


def test_the_log_is_json_and_shows_no_link_and_no_query(loaded, serving):
    process = serving("--no-worker")
    token = "s3cr3t-s3cr3t-s3cr3t"
    httpx2.get(f"http://127.0.0.1:{loaded.port}/r/{token}?x={token}", trust_env=False)
    process.terminate()
    process.wait(timeout=30)
    lines = [json.loads(line) for line in loaded.output().splitlines() if line.startswith("{")]
    assert {"/r/[hidden]"} <= {line.get("path") for line in lines}
    assert token not in loaded.output()
