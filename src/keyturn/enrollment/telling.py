"""Writing to an address that somebody wanted to sign up with and could not, because something was taken.

The address alone hears of it: on a page it would tell strangers who is here (docs/security.md).
"""

from datetime import datetime

from keyturn.enrollment import finding, limits
from keyturn.enrollment.finding import Found
from keyturn.enrollment.models import Pin
from keyturn.enrollment.wishes import Wish
from keyturn.limits import counters
from keyturn.outbox import posting, purposes
from keyturn.outbox.posting import Letter


def taken(wish: Wish, found: Found, now: datetime) -> bool:
    """Queue the message, inside the caller's transaction; False when the address was written to too often.

    To the address as it is on record, where it is: its holder's. Nobody hears of it any more where the PIN had many
    written: it is no way to write to everybody, nor to find out who has which name.
    """
    holder = found.holder
    if not finding.take_place(wish.address, now):
        return False
    if not _may_write(found.pin, now):
        return True
    deadline = now + purposes.NOTICE_LIFETIME
    if holder is None:
        letter = Letter(purposes.SIGN_UP_TAKEN, wish.email, {}, deadline)
        posting.post_elsewhere(letter, now=now, language=wish.language)
    elif holder.may_receive:
        letter = Letter(purposes.SIGN_UP_TAKEN, holder, {}, deadline)
        posting.post(letter, person=holder.person, now=now, language=holder.person.language)
    return True


def _may_write(pin: Pin, now: datetime) -> bool:
    return counters.has_taken(limits.TAKEN_BY_PIN, str(pin.pk), now=now)
