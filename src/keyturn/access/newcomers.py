"""The first sign-in of somebody who came by a PIN: it proves the address, and makes them active."""

from datetime import datetime
from enum import Enum, auto
from uuid import UUID

from keyturn.outbox import posting, purposes
from keyturn.outbox.posting import Letter
from keyturn.people import newcomers, queries
from keyturn.people.models import Address
from keyturn.people.wanted import PeopleRefused


class Welcome(Enum):
    """What came of it."""

    COME_IN = auto()
    TAKEN = auto()  # the address is somebody else's by now; the newcomer is off record
    OVER = auto()  # not pending any more: somebody was faster, or the day is over


def welcome(person_id: UUID, now: datetime) -> Welcome:
    """Activate a pending person, inside the caller's transaction, which uses the temporary password up."""
    try:
        return Welcome.COME_IN if newcomers.activate(person_id, now) else Welcome.OVER
    except PeopleRefused:
        return _turn_away(person_id, now)


def _turn_away(person_id: UUID, now: datetime) -> Welcome:
    """Whoever has the address now hears of it, as if it had been taken from the beginning."""
    address = Address.objects.filter(person=person_id, is_main=True).first()
    if not newcomers.remove(person_id, now, actor="keyturn"):
        return Welcome.OVER
    holder = queries.by_lowered(address.lowered) if address else None
    if holder:
        letter = Letter(purposes.SIGN_UP_TAKEN, holder, {}, now + purposes.NOTICE_LIFETIME)
        posting.post(letter, person=holder.person, now=now, language=holder.person.language)
    return Welcome.TAKEN
