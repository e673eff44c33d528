"""The people of a tenant in a world file."""

from keyturn.cli.world import mailboxes, rights
from keyturn.cli.world.fields import Fields, shown
from keyturn.cli.world.plans import PersonPlan, Place
from keyturn.cli.world.texts import email_of, line_of, password_of
from keyturn.lib import addresses, phones
from keyturn.people import identifiers
from keyturn.people.changes import NewPhone
from keyturn.people.models import Address, Person

_LANGUAGES = ("en", "es", "")
_REASONS = {
    "has_extension": "has an extension; no text message reaches one, so write the number without it",
    "not_a_number": "is no phone number",
    "too_long": "is too long",
    "empty": "is empty",
    "control_character": "has a character that cannot be seen",
    "not_unicode": "is not Unicode",
}


def people(fields: Fields, region: str) -> tuple[PersonPlan, ...]:
    """Everybody; an identifier may stand in a tenant once."""
    found = [_person(one, region) for one in fields.each("people")]
    first: dict[str, str] = {}
    for plan in found:
        key = plan.identifier_key
        if key and first.setdefault(key, plan.place.path) != plan.place.path:
            place = plan.place.path.rpartition(".")[2]
            fields.complain(f"{place}.identifier", f"is also {first[key]}'s", plan.place.line)
    return tuple(found)


def _person(fields: Fields, region: str) -> PersonPlan:
    identifier = fields.text("identifier", required=True)
    return PersonPlan(
        place=Place(fields.node.line, fields.path),
        identifier=identifier,
        identifier_key=_key(fields, identifier),
        name=line_of(fields, "name", 200, required=True),
        email=email_of(fields, "email"),
        status=fields.word("status", (Person.ACTIVE, Person.INACTIVE), default=Person.ACTIVE),
        language=fields.word("language", _LANGUAGES, default=""),
        allow_mobile_password_reset=fields.flag("allow_mobile_password_reset"),
        cell_provider=line_of(fields, "cell_provider", 100),
        phones=tuple(_phone(one, region) for one in fields.each("phones")),
        other_addresses=_other_addresses(fields),
        rights=rights.of_person(fields),
        mailboxes=mailboxes.of_person(fields),
        said=frozenset(fields.names()),
        password=password_of(fields),
    )


def _key(fields: Fields, identifier: str) -> str:
    if not identifier.strip():
        return ""  # `is missing` was said
    try:
        return identifiers.key(identifier)
    except identifiers.IdentifierRefused as problem:
        fields.complain("identifier", _REASONS.get(problem.reason, problem.reason))
        return ""


def _phone(fields: Fields, region: str) -> NewPhone:
    number = fields.text("number", required=True)
    if number.strip():
        try:
            phones.parse(number, region)
        except phones.PhoneRefused as problem:
            fields.complain("number", _REASONS.get(problem.reason, problem.reason))
    types = (Address.SMS, Address.MOBILE, Address.OFFICE, Address.HOME)
    kind = fields.word("type", types, default=Address.SMS)
    finds = fields.flag("finds_person") if "finds_person" in fields else None
    return NewPhone(number, kind, finds)


def _other_addresses(fields: Fields) -> tuple[str, ...]:
    found = fields.texts("other_addresses")
    for place, raw in enumerate(found):
        try:
            addresses.parse(raw)
        except addresses.AddressRefused as problem:
            fields.complain(f"other_addresses[{place}]", f"{shown(raw)} is no email address: {problem.reason}")
    return found
