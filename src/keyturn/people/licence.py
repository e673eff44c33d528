"""Which licence a person takes: decided here and nowhere else (M2.12)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyturn.people.models import Person

FULL, FULL_PINCODE = "full", "full-pincode"
_WORDS: dict[str, Promise] = {FULL: _("Full client"), FULL_PINCODE: _("Full client (Pincode)")}


def of(person: Person) -> str:
    """A person who holds a PIN code takes another licence than one who does not."""
    return FULL_PINCODE if person.has_pin else FULL


def words(licence: str) -> Promise:
    """What it is called."""
    return _WORDS[licence]
