"""The engine of all background duties: threads that take one step after another until told to stop.

A step looks for one due row, does its work and says whether there was one. It claims, acts and settles by
itself (lib.leases); the engine knows no tables. A step that raises ends nothing but itself: the row's lease
runs out and another try follows.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from keyturn.lib import wake

log = structlog.get_logger("keyturn.worker")


@dataclass(frozen=True)
class Duty:
    """Something a worker does again and again. `every` is the longest pause between two looks, in seconds.

    One that is not `woken` looks only that often: nobody waits for it, and a busy database would never let it rest.
    """

    name: str
    step: Callable[[], bool]
    every: float = 1.0
    threads: int = 1
    woken: bool = True


class Engine:
    """Runs duties in threads; `stop` lets every step under way come to its end."""

    def __init__(self, duties: list[Duty]):
        self._duties = duties
        self._stopping = threading.Event()
        self._bells = {duty.name: wake.Bell() for duty in duties}
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start every duty's threads, and one that listens for the database's call."""
        for duty in self._duties:
            for number in range(duty.threads):
                self._run(f"{duty.name}-{number}", lambda duty=duty: self._repeat(duty))
        self._run("listen", lambda: wake.listen(self._ring, self._stopping))

    def stop(self) -> None:
        """Ask every thread to finish what it is doing; returns at once."""
        self._stopping.set()
        for bell in self._bells.values():
            bell.end()

    def join(self) -> None:
        """Wait until every thread has finished."""
        for thread in self._threads:
            thread.join()

    def _run(self, name: str, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _ring(self) -> None:
        for duty in self._duties:
            if duty.woken:
                self._bells[duty.name].ring()

    def _repeat(self, duty: Duty) -> None:
        bell, had_found = self._bells[duty.name], False
        while not self._stopping.is_set():
            has_found = self._step(duty)
            if has_found and had_found:
                bell.ring()  # more than one was waiting: another thread of this duty may help
            if not has_found:
                bell.wait(duty.every)
            had_found = has_found
        connection.close()

    def _step(self, duty: Duty) -> bool:
        """One step; True when there was something to do and there may be more."""
        try:
            return duty.step()
        except (OperationalError, InterfaceError) as problem:
            log.warning("worker.database_unavailable", duty=duty.name, problem=type(problem).__name__)
            close_old_connections()
            time.sleep(1)
        except Exception:
            log.exception("worker.step_failed", duty=duty.name)
            time.sleep(0.2)  # a step that always fails must not burn a processor
        return False
