"""`keyturn worker`: runs duties until it is told to stop, then lets every step under way come to its end."""

import signal
import threading
from argparse import Namespace
from collections.abc import Sequence

import structlog

from keyturn.cli import duties
from keyturn.lib import processes
from keyturn.lib.worker import Engine

log = structlog.get_logger("keyturn.worker")


def run(given: Namespace) -> int:
    """Work until SIGTERM or SIGINT."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    if given.parent:
        processes.end_with(given.parent)
    work(given.only, stopping)
    return 0


def work(only: Sequence[str], stopping: threading.Event) -> None:
    """Run the chosen duties until `stopping` is set."""
    engine = Engine(duties.chosen(only))
    engine.start()
    log.info("worker.started", only=list(only))
    stopping.wait()
    engine.stop()
    engine.join()
    log.info("worker.stopped")
