"""The mailboxes of one person, as their own page shows them: those that need them first."""

from uuid import UUID

from keyturn.monitoring.models import Mailbox

MOST = 100
_FIRST = (Mailbox.SUSPENDED, Mailbox.EMPTY, Mailbox.REFUSED)


def mailboxes_of(person_id: UUID) -> list[Mailbox]:
    """All of them, the suspended ones on top."""
    found = Mailbox.objects.filter(person_id=person_id).order_by("name", "id")[:MOST]
    return sorted(found, key=lambda one: _FIRST.index(one.state) if one.state in _FIRST else len(_FIRST))
