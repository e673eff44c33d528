"""Secrets of mailboxes: sealed by whoever is given one, opened by the worker alone, for one place and user name."""

from keyturn.lib import seal as seals
from keyturn.monitoring.models import Mailbox

_BOX = "mailbox"


def sealed_for(mailbox: Mailbox) -> str:
    """Where and as whom a secret may be used; changed in anything, what was sealed for it does not open (§5.6)."""
    place = (mailbox.host, mailbox.port, mailbox.tls, mailbox.username, mailbox.secret_version)
    return "|".join(map(str, ("mailbox", mailbox.tenant_id, mailbox.person_id, mailbox.pk, *place)))


def seal(mailbox: Mailbox, secret: str) -> bytes:
    """The secret, to be kept in this row at its present version."""
    return seals.seal(_BOX, secret.encode(), sealed_for(mailbox))


def open(mailbox: Mailbox) -> str:
    """The secret that the row keeps; raises SealBroken. For the worker."""
    return seals.unseal(_BOX, bytes(mailbox.sealed), sealed_for(mailbox)).decode()
