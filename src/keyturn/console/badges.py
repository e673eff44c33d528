"""How a state looks: one of four badges, beside its word."""

from keyturn.monitoring.models import Mailbox
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
_MAILBOXES = {
    Mailbox.FINE: OK,
    Mailbox.REFUSED: WARN,
    Mailbox.TROUBLED: WARN,
    Mailbox.EMPTY: WARN,
    Mailbox.SUSPENDED: BAD,
}


def of_message(state: str) -> str:
    """The badge of a message's state."""
    return _MESSAGES.get(state, QUIET)


def of_request(state: str) -> str:
    """The badge of a request's state."""
    return _REQUESTS.get(state, QUIET)


def of_mailbox(state: str) -> str:
    """The badge of a mailbox's state; a suspended one is red (M1.5)."""
    return _MAILBOXES.get(state, QUIET)
