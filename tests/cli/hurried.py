"""`keyturn` as it is but for what the variable `HURRY` says: another patience, or a guard that is missing.

    HURRY=patient python -m tests.cli.hurried serve …

The processes that `serve` spawns import this module as their parent did. The product has no switch for any of it.
"""

import os

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from keyturn.cli import main, serve
from keyturn.door import bodies, environ

SWITCH = "HURRY"
HURRIED = "hurried"  # a body has a second at HASTY, ten minutes elsewhere; a head has five seconds
BY_THREADS = "by threads"  # granian's WSGI, where each body is read by a thread that answers
SMUGGLING = "smuggling"  # headers with underscores come through
HASTY = ("/sign-in", "/api/v1/sessions")


def change(how: str) -> None:
    """Change this process."""
    if how == HURRIED:
        bodies.terms = _terms
        serve._HTTP1 = HTTP1Settings(header_read_timeout=5000)
    if how == BY_THREADS:
        serve.Granian = _by_threads
    if how == SMUGGLING:
        environ._is_ambiguous = lambda name: False


def _terms(path: str) -> bodies.Terms:
    seconds = 1 if path in HASTY else 600
    return bodies.Terms(64 * 1024, seconds=seconds, silence=seconds)


def _by_threads(_target: str, **given: object) -> Granian:
    return Granian("keyturn.wsgi:application", **given | {"interface": Interfaces.WSGI, "blocking_threads": 8})


if __name__ in {"__main__", "__mp_main__"}:
    change(os.environ[SWITCH])
if __name__ == "__main__":
    main.main()
