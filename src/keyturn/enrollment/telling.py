"""Writing to an address that somebody wanted to sign up with and could not, because something was taken.

The address alone hears of it: on a page it would tell strangers who is here (docs/security.md).
"""

from datetime import datetime

from keyturn.enrollment import finding
from keyturn.enrollment.wishes import Wish
from keyturn.outbox import posting, purposes
from keyturn.outbox.posting import Letter
from keyturn.people.models import Address


def taken(wish: Wish, holder: Address | None, now: datetime) -> bool:
    """Queue the message, inside the caller's transaction; False when the address was written to too often.

    To the address as it is on record, where it is: `holder`.
    """
    if not finding.take_place(wish.address, now):
        return False
    deadline = now + purposes.NOTICE_LIFETIME
    if holder is None:
        letter = Letter(purposes.SIGN_UP_TAKEN, wish.email, {}, deadline)
        posting.post_elsewhere(letter, now=now, language=wish.language)
    elif holder.may_receive:
        letter = Letter(purposes.SIGN_UP_TAKEN, holder, {}, deadline)
        posting.post(letter, person=holder.person, now=now, language=holder.person.language)
    return True
