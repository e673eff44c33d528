"""Processes that belong together: a child ends when its parent is gone, however the parent went."""

import ctypes
import os
import signal
import sys

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
