"""The states of a mailbox in words, for its owner and for operators."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from keyturn.monitoring.models import Mailbox

STATES: dict[str, Promise] = {
    Mailbox.NEW: pgettext_lazy("mailbox", "Not checked yet"),
    Mailbox.FINE: pgettext_lazy("mailbox", "Works"),
    Mailbox.REFUSED: pgettext_lazy("mailbox", "Refused"),
    Mailbox.TROUBLED: pgettext_lazy("mailbox", "Not reached"),
    Mailbox.SUSPENDED: pgettext_lazy("mailbox", "Suspended"),
    Mailbox.EMPTY: pgettext_lazy("mailbox", "No password"),
}


def state(name: str) -> Promise | str:
    """A mailbox's state."""
    return STATES.get(name, name)
