"""Processes that belong together: a child ends when its parent is gone, however the parent went."""

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1  # prctl(2)


def end_with(parent: int) -> None:
    """Have Linux send us SIGTERM when the process `parent`, which started us, is gone: after kill -9, too.

    Elsewhere this does nothing, and a child whose parent was killed must be ended by hand.
    """
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it went before we could ask
        os.kill(os.getpid(), signal.SIGTERM)


def told_to_stop() -> Callable[[], None]:
    """A wait for the first SIGTERM or SIGINT, of however many; those that follow it change nothing.

    A handler runs in the middle of anything, of another handler, too: it takes no lock, or it waits for itself. What
    it may do is write to a pipe.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)

    def tell(*_: object) -> None:
        with contextlib.suppress(BlockingIOError):  # told so often that the pipe is full
            os.write(writing, b".")

    def wait() -> None:
        os.read(reading, 1)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, tell)
    return wait
