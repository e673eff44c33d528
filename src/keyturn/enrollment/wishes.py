"""What somebody with a PIN wishes: read from what was typed, judged by its form alone, sealed for the worker.

Nothing here looks anybody up; so what is wrong with the form may be said to everybody.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from uuid import UUID

from django.conf import settings

from keyturn.enrollment.core import pin as core
from keyturn.enrollment.core.pin import PinText
from keyturn.lib import addresses, seal
from keyturn.lib.addresses import EmailAddress
from keyturn.people import identifiers

LONGEST_USERNAME = 64
_BOX = "intake"
_ONE_WORD = re.compile(r"[\w.+@'-]+")  # goes into a mail to an address that proved nothing yet: no text, no link


@dataclass(frozen=True)
class Wish:
    """A PIN, an address and a user name, of the right form each; `language` is what the page was in."""

    pin: str = field(repr=False)
    email: str
    username: str
    language: str = ""

    @property
    def pin_text(self) -> PinText:
        """The PIN in its two parts."""
        return core.read(self.pin)

    @property
    def address(self) -> EmailAddress:
        """The address in its forms."""
        return addresses.parse(self.email)


class WishRefused(ValueError):
    """The form cannot be sent like this: `problems` says a reason for each field that must be mended.

    pin: not_a_pin · email: those of lib.addresses · username: those of people.identifiers, not_one_word,
    other_address (it reads like an address that is not the one given), not_of_this_form (the tenant's pattern)
    """

    def __init__(self, problems: Mapping[str, str]):
        super().__init__(", ".join(f"{field}: {reason}" for field, reason in problems.items()))
        self.problems = dict(problems)


@dataclass(frozen=True)
class Typed:
    """What came in by a form or as JSON; any of it may be anything."""

    pin: object = field(repr=False)
    email: object
    username: object
    language: str = ""


def read(typed: Typed, pattern: str) -> Wish:
    """What was typed, in the form that is kept; raises WishRefused with everything that is wrong at once."""
    problems: dict[str, str] = {}
    code = core.read(typed.pin)
    if code is None:
        problems["pin"] = "not_a_pin"
    address = _address(typed.email, problems)
    name = _username(typed.username, address, pattern, problems)
    if problems:
        raise WishRefused(problems)
    language = typed.language if typed.language in dict(settings.LANGUAGES) else ""
    return Wish(code.written, address.raw, name, language)


def seal_for(wish: Wish, sign_up_id: UUID) -> bytes:
    """The wish, for the worker alone, and in this very row."""
    return seal.seal(_BOX, json.dumps(asdict(wish)).encode(), _context(sign_up_id))


def opened(sealed: bytes | None, sign_up_id: UUID) -> Wish | None:
    """What was sealed; None when it was sealed for another row or by keys that are gone."""
    try:
        return Wish(**json.loads(seal.unseal(_BOX, sealed, _context(sign_up_id)))) if sealed else None
    except seal.SealBroken:
        return None


def fits(username: str, address: EmailAddress, pattern: str) -> str:
    """Why this user name cannot be, as far as its form goes; empty when it can."""
    if len(username) > LONGEST_USERNAME and identifiers.key(username) != address.lowered:
        return "too_long"
    if not _ONE_WORD.fullmatch(username) or username.lower().startswith("www."):  # which mail programs make a link of
        return "not_one_word"
    if "@" in username and identifiers.key(username) != address.lowered:
        return "other_address"
    return "" if identifiers.well_formed(username, pattern) else "not_of_this_form"


def _address(raw: object, problems: dict[str, str]) -> EmailAddress | None:
    try:
        return addresses.parse(raw if isinstance(raw, str) else "")
    except addresses.AddressRefused as problem:
        problems["email"] = problem.reason
        return None


def _username(raw: object, address: EmailAddress | None, pattern: str, problems: dict[str, str]) -> str:
    try:
        name = identifiers.clean(raw if isinstance(raw, str) else "")
    except identifiers.IdentifierRefused as problem:
        problems["username"] = problem.reason
        return ""
    if address and (reason := fits(name, address, pattern)):
        problems["username"] = reason
    return name


def _context(sign_up_id: UUID) -> str:
    return f"sign_up|{sign_up_id}"
