"""The duty that removes what has served its time, room by room. Settings say how long it is kept."""

from collections.abc import Callable
from datetime import datetime

from keyturn.access import purge as access
from keyturn.lib import clock
from keyturn.limits import counters
from keyturn.passwords import leaked
from keyturn.recovery import purge as recovery

ROOMS: tuple[Callable[[datetime], object], ...] = (counters.purge, leaked.purge)


def step() -> bool:
    """Remove what is old; there is never more to do at once."""
    now = clock.now()
    for purge in ROOMS:
        purge(now)
    access.step()
    recovery.step()
    return False
