"""The mailboxes of one person: as their own page shows them, those that need them first, and all that is known."""

from typing import Any
from uuid import UUID

from keyturn.lib import disclosing
from keyturn.monitoring.models import Mailbox, Mending, Sighting

MOST = 100
_FIRST = (Mailbox.SUSPENDED, Mailbox.EMPTY, Mailbox.REFUSED)


def mailboxes_of(person_id: UUID) -> list[Mailbox]:
    """All of them, the suspended ones on top."""
    found = Mailbox.objects.filter(person_id=person_id).order_by("name", "id")[:MOST]
    return sorted(found, key=lambda one: _FIRST.index(one.state) if one.state in _FIRST else len(_FIRST))


def known(person_id: UUID) -> dict[str, Any]:
    """All that is kept about them, ready to be written as JSON; no secret (GDPR article 15)."""
    return {
        "mailboxes": disclosing.lines(Mailbox.objects.filter(person_id=person_id)),
        "checks": disclosing.lines(Sighting.objects.filter(mailbox__person_id=person_id)),
        "mendings": disclosing.lines(Mending.objects.filter(mailbox__person_id=person_id)),
    }
