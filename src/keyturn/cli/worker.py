"""`keyturn worker`: runs duties until it is told to stop, then lets every step under way come to its end."""

import contextlib
import signal
import threading
from argparse import Namespace
from collections.abc import Sequence

import structlog
from django.conf import settings

from keyturn.cli import duties
from keyturn.lib import origins, processes
from keyturn.lib.worker import Engine
from keyturn.outbox.bounces import listener

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
    with _taking_reports(only):
        engine.start()
        log.info("worker.started", only=list(only))
        stopping.wait()
        engine.stop()
        engine.join()
    log.info("worker.stopped")


def _taking_reports(only: Sequence[str]) -> contextlib.AbstractContextManager:
    """The worker that delivers also hears what came back, where the installation says on which address."""
    if settings.KEYTURN_BOUNCE_LISTEN is None or (only and duties.DELIVER not in only):
        return contextlib.nullcontext()
    host, port = settings.KEYTURN_BOUNCE_LISTEN
    return listener.listening(host, port, origins.mail_domain(settings.KEYTURN_PUBLIC_URL))
