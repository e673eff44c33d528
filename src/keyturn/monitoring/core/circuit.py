"""When so many mailboxes of one host fail within an hour that the host is to blame, and not their owners.

Held: nobody is suspended or told, and the operators hear of it once. It ends by itself when the host answers as it
should again: fewer than half of the share that began it fail.
"""

from dataclasses import dataclass
from datetime import timedelta

WINDOW = timedelta(hours=1)
LEAST = 5
_SHARE = 0.2


@dataclass(frozen=True)
class Host:
    """How a tenant's mailboxes at one host stand: all that are tried, those that began to fail within the window,
    and, of a host that is held, those that fail now and did not yet before its trouble."""

    watched: int
    lately: int
    failing: int


def is_held(host: Host, *, was_held: bool) -> bool:
    """Whether what this host says accuses nobody now."""
    many = max(LEAST, host.watched * _SHARE)
    return host.failing >= many / 2 if was_held else host.lately >= many
