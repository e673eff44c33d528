"""Finding people and their addresses. Everything but `tenants_of_…` looks inside the current tenant only."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from keyturn.lib.addresses import EmailAddress
from keyturn.lib.phones import Phone
from keyturn.people import identifiers, routes
from keyturn.people.models import Address, Person, Route
from keyturn.tenants import prepared

_TEXTABLE = (Address.SMS, Address.MOBILE)


def by_identifier(raw: str) -> Person | None:
    """The person of this identifier, or None for nobody and for what cannot be one."""
    try:
        return Person.objects.filter(identifier_key=identifiers.key(raw)).first()
    except identifiers.IdentifierRefused:
        return None


def by_email(email: EmailAddress) -> Person | None:
    """The person whom this email finds; ASCII capitals of the local part do not matter, other letters do."""
    found = _finding(kind=Address.EMAIL, lowered=email.lowered)
    return found.person if found and email.fits(found.key, found.lowered) else None


def by_lowered(lowered: str) -> Address | None:
    """The email that finds somebody, by its lowered form, with the person."""
    return _finding(kind=Address.EMAIL, lowered=lowered)


def by_phone(phone: Phone) -> Person | None:
    """The person whom this number finds."""
    found = _finding(kind=Address.PHONE, lowered=phone.e164)
    return found.person if found else None


def main_email(person: Person) -> Address | None:
    """The email that recovery writes to."""
    return _main_email(person_id=person.pk)


@prepared.one
def _main_email(person_id):
    return Address.objects.filter(person_id=person_id, is_main=True)


def best_for_sms(addresses: Iterable[Address]) -> Address | None:
    """Where text messages go: a number of type SMS before a mobile one, one that did not bounce before others."""
    numbers = [one for one in addresses if _takes_texts(one)]
    return min(numbers, key=_how_good, default=None)


def sms_number(person: Person) -> Address | None:
    """The best of somebody's numbers for a text message."""
    return best_for_sms(Address.objects.filter(person=person, phone_type__in=_TEXTABLE))


def _takes_texts(one: Address) -> bool:
    return one.phone_type in _TEXTABLE and one.may_receive and one.told_until is None


def _how_good(number: Address) -> tuple:
    bounced = number.bounced_at.timestamp() if number.bounced_at else 0
    return bounced, number.phone_type != Address.SMS, number.pk


def notice_addresses(person: Person) -> list[Address]:
    """Every place that hears of a change: all emails on record, those that were until some days ago, and the
    numbers that take a text message, each once, the main email first."""
    return _each_once(_receiving(person_id=person.pk))


def reachable(addresses: Iterable[Address]) -> list[Address]:
    """Those of the addresses that a notice can go to, each once."""
    textable = (one for one in addresses if one.kind == Address.EMAIL or one.phone_type in _TEXTABLE)
    return _each_once(one for one in textable if one.may_receive and one.bounced_at is None)


def tenants_of_phone(phone: Phone) -> list[UUID]:
    """The tenant that handles this number; none or one."""
    return _routed(Address.PHONE, phone.e164)


def tenants_of_email(email: EmailAddress) -> list[UUID]:
    """Every tenant in which this email finds somebody."""
    return _routed(Address.EMAIL, email.lowered)


def _each_once(addresses: Iterable[Address]) -> list[Address]:
    once: dict[tuple[str, str], Address] = {}
    for address in addresses:
        once.setdefault((address.kind, address.lowered), address)
    return list(once.values())


@prepared.one
def _finding(kind, lowered):
    matching = Address.objects.filter(kind=kind, lowered=lowered, finds_person=True)
    return matching.select_related("person")  # one at most, by address_finds_one_person


@prepared.select
def _receiving(person_id):
    textable = Q(kind=Address.EMAIL) | Q(phone_type__in=_TEXTABLE)
    theirs = Address.objects.filter(textable, person_id=person_id, may_receive=True)
    return theirs.order_by("-is_main", "kind", "pk")


def _routed(kind: str, lowered: str) -> list[UUID]:
    return [tenant_id for (tenant_id,) in _tenants(kind=kind, digest=routes.digest_of(kind, lowered))]


@prepared.select
def _tenants(kind, digest):
    return Route.objects.filter(kind=kind, digest=digest).order_by("tenant_id").values_list("tenant_id")
