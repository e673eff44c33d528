"""A worker that is killed (SIGKILL, no farewell) when it comes to a named point: python -m tests.dying POINT"""

import os
import signal
import sys

from keyturn.cli.main import main
from keyturn.lib import points


def _die_at(point: str):
    def reach(name: str) -> None:
        if name == point:
            os.kill(os.getpid(), signal.SIGKILL)

    return reach


if __name__ == "__main__":
    points.reach = _die_at(sys.argv[1])
    main(["worker"])
