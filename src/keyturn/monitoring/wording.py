"""The states of a mailbox in words, for its owner and for operators; and why one cannot be put on record."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyturn.monitoring.models import Mailbox
from keyturn.people import wording as people
from keyturn.people.importing import FileRefused

STATES: dict[str, Promise] = {
    Mailbox.NEW: pgettext_lazy("mailbox", "Not checked yet"),
    Mailbox.FINE: pgettext_lazy("mailbox", "Works"),
    Mailbox.REFUSED: pgettext_lazy("mailbox", "Refused"),
    Mailbox.TROUBLED: pgettext_lazy("mailbox", "Not reached"),
    Mailbox.SUSPENDED: pgettext_lazy("mailbox", "Suspended"),
    Mailbox.EMPTY: pgettext_lazy("mailbox", "No password"),
}
_EMPTY = _("The file is empty. Its first line names the columns: identifier, host, username, and others.")
_REASONS: dict[str, Promise] = {
    "not_a_host": _("This is neither a host name nor an IP address."),
    "not_a_port": _("Write a port between 1 and 65535, or nothing for the usual one."),
    "not_a_token": _("Only the letters, digits and signs of an English keyboard, without blanks."),
    "unknown": _("There is no such word here. The columns say which there are."),
    "unknown_person": _("Nobody is on record by this identifier."),
    "repeated_in_file": _("A line before this one is about the same mailbox. Take one of them out."),
    "would_wipe": _("This would wipe the password that is kept for another place. Write the password beside it."),
    "lost": _("The passwords of this file cannot be opened any more. Hand it in again."),
}


def explain(reason: str) -> Promise:
    """The sentence for the reason of a describing.MailboxRefused, and of a row of a file."""
    return _REASONS[reason] if reason in _REASONS else people.explain(reason)


def explain_file(refused: FileRefused) -> str:
    """The sentence for a file that is no table of mailboxes."""
    return str(_EMPTY) if refused.reason == "empty" else people.explain_file(refused)


def state(name: str) -> Promise | str:
    """A mailbox's state."""
    return STATES.get(name, name)
