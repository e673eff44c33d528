"""`keyturn worker`: runs duties until it is told to stop, then lets every step under way come to its end."""

import contextlib
from argparse import Namespace
from collections.abc import Callable, Sequence

import structlog
from django.conf import settings

from keyturn.cli import duties
from keyturn.lib import origins, processes
from keyturn.lib.worker import Engine
from keyturn.outbox.bounces import listener

log = structlog.get_logger("keyturn.worker")


def run(given: Namespace) -> int:
    """Work until SIGTERM or SIGINT."""
    is_told = processes.told_to_stop()
    if given.parent:
        processes.end_with(given.parent)
    work(given.only, is_told)
    return 0


def work(only: Sequence[str], is_told: Callable[[], object]) -> None:
    """Run the chosen duties until `is_told` returns."""
    engine = Engine(duties.chosen(only))
    with _taking_reports(only):
        engine.start()
        log.info("worker.started", only=list(only))
        is_told()
        engine.stop()
        engine.join()
    log.info("worker.stopped")


def _taking_reports(only: Sequence[str]) -> contextlib.AbstractContextManager:
    """The worker that delivers also hears what came back, where the installation says on which address."""
    if settings.KEYTURN_BOUNCE_LISTEN is None or (only and duties.DELIVER not in only):
        return contextlib.nullcontext()
    host, port = settings.KEYTURN_BOUNCE_LISTEN
    return listener.listening(host, port, origins.mail_domain(settings.KEYTURN_PUBLIC_URL))
