"""Reading what somebody wants to put on record: words from outside into rows that are not saved yet."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from keyturn.lib import addresses, phones, text
from keyturn.people import identifiers
from keyturn.people.models import Address, Person
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

LONGEST_NAME = 200


class PeopleRefused(ValueError):
    """What is wanted cannot be put on record. `field` names what, `reason` is one of:

    empty, too_long, control_character, not_unicode, not_an_address, bad_domain, not_a_number, has_extension,
    unknown_type, unknown_status, unknown_language, unknown_provider, not_yes_or_no, repeated, identifier_taken,
    address_taken, number_taken, not_signed_in; of a row of a file also repeated_in_file, outranked, broken_quotes,
    too_many_cells, unknown_permission, unknown_profile, own_rights.
    The refusal of something taken names nobody (M0.12); `place` says which of several numbers it was.
    """

    def __init__(self, reason: str, field: str, place: int = 0):
        super().__init__(f"{field}: {reason}")
        self.reason = reason
        self.field = field
        self.place = place


@dataclass(frozen=True)
class NewPhone:
    """A number as typed. Whether it finds its person follows from the type unless said."""

    number: str
    type: str = Address.SMS
    finds_person: bool | None = None


@dataclass(frozen=True)
class NewPerson:
    """Everything that can be said about a person at once."""

    identifier: str
    name: str
    email: str = ""
    other_addresses: tuple[str, ...] = ()
    phones: tuple[NewPhone, ...] = ()
    status: str = Person.ACTIVE
    language: str = ""
    allow_mobile_password_reset: bool = False
    cell_provider_id: object = None


def identifier(raw: str) -> tuple[str, str]:
    """An identifier as kept and as compared."""
    try:
        return identifiers.clean(raw), identifiers.key(raw)
    except identifiers.IdentifierRefused as problem:
        raise PeopleRefused(problem.reason, "identifier") from problem


def name(raw: str) -> str:
    """A name on one line."""
    try:
        return text.line(raw, at_most=LONGEST_NAME)
    except text.TextRefused as problem:
        raise PeopleRefused(problem.reason, "name") from problem


def status(raw: str) -> str:
    """A status there is."""
    if raw not in {Person.ACTIVE, Person.INACTIVE}:
        raise PeopleRefused("unknown_status", "status")
    return raw


def language(raw: str) -> str:
    """A language that messages are written in, or nothing for the tenant's."""
    if raw and raw not in dict(settings.LANGUAGES):
        raise PeopleRefused("unknown_language", "language")
    return raw


def email(raw: str, field: str = "email", **flags: bool) -> Address:
    """An email address."""
    try:
        parsed = addresses.parse(raw)
    except addresses.AddressRefused as problem:
        raise PeopleRefused(problem.reason, field) from problem
    return Address(kind=Address.EMAIL, raw=parsed.raw, key=parsed.key, lowered=parsed.lowered, **flags)


def emails_to_notify(raws: Iterable[str]) -> list[Address]:
    """Addresses that hear of changes and find nobody."""
    wanted = [
        email(raw, f"other_addresses[{place}]", finds_person=False, may_receive=True)
        for place, raw in enumerate(raws)
    ]
    return _each_once(wanted, "other_addresses")


def numbers(given: Iterable[NewPhone]) -> list[Address]:
    """Phone numbers in E.164, read in the tenant's region."""
    region = Tenant.objects.values_list("phone_region", flat=True).get(pk=scope.current_id())
    wanted = _each_once([_number(one, place, region) for place, one in enumerate(given)], "phones")
    for place, address in enumerate(wanted):
        address.place = place  # among those that were given, for whoever must say which one is taken
    return wanted


def _number(given: NewPhone, place: int, region: str) -> Address:
    if given.type not in {Address.SMS, Address.MOBILE, Address.OFFICE, Address.HOME}:
        raise PeopleRefused("unknown_type", f"phones[{place}].type")
    try:
        e164 = phones.parse(given.number, region).e164
    except phones.PhoneRefused as problem:
        raise PeopleRefused(problem.reason, f"phones[{place}].number") from problem
    by_type = given.type in {Address.SMS, Address.MOBILE}
    return Address(
        kind=Address.PHONE,
        phone_type=given.type,
        raw=e164,
        key=e164,
        lowered=e164,
        finds_person=by_type if given.finds_person is None else given.finds_person,
    )


def _each_once(wanted: list[Address], field: str) -> list[Address]:
    seen: set[str] = set()
    for place, address in enumerate(wanted):
        if address.lowered in seen:
            raise PeopleRefused("repeated", f"{field}[{place}]")
        seen.add(address.lowered)
    return wanted
