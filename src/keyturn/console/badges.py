"""How a state looks: one of four badges, beside its word."""

from keyturn.outbox.models import Message
from keyturn.recovery.models import Recovery

OK, WARN, BAD, QUIET = "is-ok", "is-warn", "is-bad", "is-quiet"

_MESSAGES = {
    Message.RETRYING: WARN,
    Message.SENT: OK,
    Message.DELIVERED: OK,
    Message.BOUNCED: BAD,
    Message.FAILED: BAD,
    Message.EXPIRED: BAD,
}
_REQUESTS = {
    Recovery.COMPLETED: OK,
    Recovery.OPEN: WARN,
    Recovery.FAILED: BAD,
    Recovery.REFUSED: BAD,
}


def of_message(state: str) -> str:
    """The badge of a message's state."""
    return _MESSAGES.get(state, QUIET)


def of_request(state: str) -> str:
    """The badge of a request's state."""
    return _REQUESTS.get(state, QUIET)
