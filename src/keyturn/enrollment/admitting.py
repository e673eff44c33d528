"""Making somebody of a sign-up: pending, with the rights of the PIN's owner at that moment, and a way to sign in.

The slow part, drawing and hashing a temporary password, comes before the transaction. Inside it the owner's lock is
taken first: whoever takes a right away from the owner, or deactivates them, is either before or after, never beside.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from keyturn.directories import accounts, pending
from keyturn.enrollment import finding, offers, pins
from keyturn.enrollment.finding import Found
from keyturn.enrollment.models import MadeByPin
from keyturn.enrollment.wishes import Wish
from keyturn.lib import hashing
from keyturn.outbox import posting, purposes
from keyturn.outbox.posting import Letter
from keyturn.passwords.core import generate
from keyturn.people import newcomers, queries
from keyturn.people.models import Person
from keyturn.people.newcomers import Newcomer
from keyturn.people.rights import holding
from keyturn.people.rights.core import Rights
from keyturn.people.wanted import PeopleRefused

LIFETIME = timedelta(hours=24)  # of the temporary password, and of whoever does not use it
ACTOR = "keyturn"


class Outrun(Exception):
    """The last use, the name, the address or the owner's PIN went to somebody else in this moment; decide again."""


@dataclass(frozen=True)
class Admission:
    """A wish whose PIN was good, with a temporary password that is nobody's yet."""

    wish: Wish
    found: Found
    now: datetime
    text: str = field(repr=False)
    hash: str = field(repr=False)

    def write(self) -> Person:
        """Put the person on record, inside the caller's transaction, which Outrun must end."""
        pin, now = self.found.pin, self.now
        _hold(pin.owner)
        if not pins.seize(pin, now):
            raise Outrun
        if not finding.take_place(self.wish.address, now):
            raise Outrun
        person = self._person()
        rights = offers.of_pin(pin).rights
        holding.give(person, rights, now, actor=ACTOR)
        MadeByPin.objects.create(person=person, pin=pin, owner=pin.owner, rights=snapshot(rights), at=now)
        self._invite(person)
        return person

    def _person(self) -> Person:
        wished = Newcomer(self.wish.username, self.wish.email, self.wish.language)
        if finding.is_taken(self.wish.username):
            raise Outrun
        try:
            return newcomers.put_on_record(wished, self.now)
        except PeopleRefused as refused:
            raise Outrun from refused

    def _invite(self, person: Person) -> None:
        """A login, a temporary password for it, and the message that carries that."""
        account = accounts.open(person, person.identifier, self.now)
        values = {"PASSWORD": self.text, "USERNAME": person.identifier}
        letter = Letter(purposes.PASSWORD_NEW, queries.main_email(person), values, self.now + LIFETIME)
        message = posting.post(letter, person=person, now=self.now, language=person.language)
        pending.issue(
            account,
            "email",
            now=self.now,
            hash=self.hash,
            message_id=message.id,
            recovery_id=None,
            expires_at=self.now + LIFETIME,
            epoch=account.credential_epoch,
        )


def prepare(wish: Wish, found: Found, now: datetime) -> Admission:
    """Draw and hash a temporary password; slow, before any transaction."""
    text = generate.temporary()
    return Admission(wish, found, now, text, hashing.hash_password(text))


def snapshot(rights: Rights) -> dict[str, list]:
    """Rights as they are kept beside whoever was given them."""
    return {
        "permissions": sorted(rights.permissions),
        "profiles": sorted(rights.profiles),
        "companies": [[one.company, one.effect] for one in sorted(rights.exceptions)],
    }


def _hold(owner: Person) -> None:
    """Take the owner's lock, and look again: active, and marked as having a PIN."""
    try:
        holding.lock(owner)
    except Person.DoesNotExist as gone:
        raise Outrun from gone
    if not Person.objects.filter(pk=owner.pk, status=Person.ACTIVE, has_pin=True).exists():
        raise Outrun
