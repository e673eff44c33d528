"""`keyturn` as it is but for one thing: the process that comes to the point named in the file `doom` dies by kill -9.

    python -m tests.kills.doomed worker | serve | …

The file lies in the data folder; whoever comes to the point takes it away and dies, so each file costs one process.
The processes that `serve` spawns import this module as their parent did, and so are doomed, too. The product has
no switch for any of it.
"""

import os
import signal
import sys
from pathlib import Path

from keyturn.cli import main
from keyturn.lib import points
from keyturn.outbox import turns
from tests.kills import DOOM, TORN

_FILE = Path(os.environ["KEYTURN_DATA"], DOOM)


def reach(name: str) -> None:
    """Takes the place of `points.reach`."""
    doomed_at = _FILE.read_text() if _FILE.exists() else ""
    if doomed_at == name:
        _die()
    if doomed_at == TORN and name == "redeem.reached_out":
        _tear()


def _die(*_given: object, **_named: object) -> None:
    try:
        _FILE.unlink()
    except FileNotFoundError:
        return  # another thread was faster, and takes the process with it
    os.kill(os.getpid(), signal.SIGKILL)


def _tear() -> None:
    redeem = sys.modules["keyturn.recovery.redeem"]
    redeem._settle = redeem._settle.__wrapped__
    redeem.Change.settle = _die


points.reach = reach
turns.HANDING_OVER.patience = 60  # a busy machine is no slow mail server

if __name__ == "__main__":
    main.main()
