"""Many mailboxes signed in to at once, on one event loop in a thread of its own; no database is asked there.

checker = Checker()
checker.submit([task, …])        returns at once
checker.collect(0.2, 200)        what has come to its end within so many seconds, so many at most
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from keyturn.monitoring.core.verdict import Code, Verdict
from keyturn.monitoring.mailbox.check import check
from keyturn.monitoring.mailbox.place import Login, Place
from keyturn.monitoring.mailbox.wire import PATIENCE, Patience
from keyturn.monitoring.models import Mailbox


@dataclass(frozen=True)
class Task:
    """A mailbox to be checked, under the fence it was claimed with. The reading side comes first, and where that
    takes the secret the sending side, if there is one."""

    mailbox: Mailbox = field(repr=False)
    fence: int
    places: tuple[Place, ...] = ()
    login: Login | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Done:
    """A check at its end."""

    task: Task
    code: Code
    milliseconds: int = 0


class Checker:
    """One loop, one thread; `end` lets both go."""

    def __init__(self, patience: Patience = PATIENCE):
        self._patience = patience
        self._done: SimpleQueue[Done] = SimpleQueue()
        self._under_way: set[asyncio.Task] = set()  # the loop itself holds them weakly
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="checks", daemon=True)
        self._thread.start()

    def submit(self, tasks: Iterable[Task]) -> None:
        """Begin them."""
        self._loop.call_soon_threadsafe(self._begin, list(tasks))

    def collect(self, patience: float, at_most: int) -> list[Done]:
        """What has come to its end. Waits so many seconds, unless there are so many sooner: they are written down
        together, and the fewer the times, the cheaper."""
        until, found = time.monotonic() + patience, []
        with contextlib.suppress(Empty):
            while len(found) < at_most:
                found.append(self._done.get(timeout=max(0.0, until - time.monotonic())))
        return found

    def end(self) -> None:
        """Stop; what is under way is left, and is found again when its lease has run out."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _begin(self, tasks: list[Task]) -> None:
        for task in tasks:
            running = self._loop.create_task(self._run(task))
            self._under_way.add(running)
            running.add_done_callback(self._under_way.discard)

    async def _run(self, task: Task) -> None:
        began = time.monotonic()
        try:
            code = await self._signed_in(task)
        except Exception:  # a mistake of ours: it accuses nobody, and the mailbox must not be lost
            code = Code.OUR_OWN
        self._done.put(Done(task, code, int((time.monotonic() - began) * 1000)))

    async def _signed_in(self, task: Task) -> Code:
        """One place after the other. Where one just took the password, a refusal without a word by the next is not
        about the password: providers switch SMTP AUTH off for whole organizations."""
        before = Code.OUR_OWN
        for place in task.places:
            code = (await check(place, task.login, patience=self._patience)).code
            if code is not Code.SIGNED_IN:
                is_proven = before is Code.SIGNED_IN and code.verdict is Verdict.UNCLEAR
                return Code.REFUSED_OTHERWISE if is_proven else code
            before = code
        return before
