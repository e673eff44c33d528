"""Where a host name leads: looked up once for all who ask within half a minute, every answer judged by the guard.

Looking up blocks, so it is done by threads. A name that is being looked up is not looked up twice, and so a name
whose server never answers holds one thread however many mailboxes are said to be there.
"""

import asyncio
import time
from concurrent.futures import Future, ThreadPoolExecutor

from keyturn.lib import egress
from keyturn.monitoring.core.verdict import Code
from keyturn.monitoring.mailbox.place import Place
from keyturn.monitoring.mailbox.wire import Broken

KEPT_FOR = 30.0  # seconds
_MOST_KEPT = 4096
_Question = tuple[str, int, frozenset[int]]

_threads = ThreadPoolExecutor(32, "look-up")
_asked: dict[_Question, tuple[float, Future]] = {}


async def look_up(place: Place) -> list[egress.Place]:
    """The addresses of the place, all of them allowed; raises Broken."""
    future = _ask((place.host, place.port, place.ports), time.monotonic())
    # who stops waiting must not stop it for the others
    found = future.result() if future.done() else await asyncio.shield(asyncio.wrap_future(future))
    if isinstance(found, Code):
        raise Broken(found)
    return found


def forget() -> None:
    """Everything that is known."""
    _asked.clear()


def _ask(question: _Question, now: float) -> Future:
    asked_at, future = _asked.get(question, (0.0, None))
    if future is None or (future.done() and asked_at + KEPT_FOR < now):
        _make_room(now)
        future = _threads.submit(_judged, question)
        _asked[question] = now, future
    return future


def _judged(question: _Question) -> list[egress.Place] | Code:
    """A word instead of an exception: one that is kept and raised again would keep everybody's frames."""
    try:
        return egress.look_up(*question)
    except (egress.Nowhere, OSError):
        return Code.NOWHERE


def _make_room(now: float) -> None:
    """Old answers go when there are many; when all are young, all of them."""
    if len(_asked) < _MOST_KEPT:
        return
    for question in [one for one, (asked_at, _) in _asked.items() if asked_at + KEPT_FOR < now]:
        del _asked[question]
    if len(_asked) >= _MOST_KEPT:
        forget()
