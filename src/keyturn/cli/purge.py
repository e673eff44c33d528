"""The duty that removes what has served its time."""

from keyturn.lib import clock
from keyturn.limits import counters


def step() -> bool:
    """Remove what is old; there is never more to do at once."""
    counters.purge(clock.now())
    return False
