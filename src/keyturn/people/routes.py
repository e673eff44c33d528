"""The installation's routing table: which tenant handles a number or an email (M0.12, M0.13).

There is a route for every address that finds a person, and for no other; people.changes keeps it so, in the
transaction that changes the address. An inactive person keeps number and route: otherwise somebody else could
take the number, and making the person active again would fail.
"""

from collections.abc import Iterable

from keyturn.lib import digest
from keyturn.people.models import Address, Route
from keyturn.tenants import scope


def digest_of(kind: str, lowered: str) -> str:
    """What the table keeps instead of the number or email itself."""
    return digest.keyed("route", kind, lowered)


def establish(address: Address) -> None:
    """Add the route; IntegrityError when a phone number has an owner anywhere in the installation."""
    Route.objects.create(
        kind=address.kind, digest=digest_of(address.kind, address.lowered), tenant_id=scope.current_id()
    )


def withdraw(gone: Iterable[Address]) -> None:
    """Remove the routes of addresses that find their person no longer."""
    for kind in (Address.EMAIL, Address.PHONE):
        digests = [digest_of(kind, one.lowered) for one in gone if one.kind == kind and one.finds_person]
        if digests:
            Route.objects.filter(kind=kind, digest__in=digests, tenant_id=scope.current_id()).delete()
