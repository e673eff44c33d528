"""The numbers and emails by which this tenant is found (M0.13), and numbers of ours that lead somewhere else.

Nothing here names, counts or shows anybody of another tenant: of a number that another tenant handles it says only
that it does not lead here, which whoever tried to take it was told, too.
"""

from dataclasses import dataclass

from django.db.models import QuerySet

from keyturn.people import routes
from keyturn.people.models import Address, Route
from keyturn.tenants import scope

SHOWN = 100  # rows of a list; more are counted
_LOOKED_THROUGH = 5_000  # numbers looked at for conflicts


@dataclass(frozen=True)
class Established:
    """Counts of the routing table, the first of this tenant's own numbers, and those of them that lead elsewhere."""

    numbers: int
    emails: int
    own_numbers: list[Address]
    conflicts: list[Address]
    has_more: bool


def look() -> Established:
    """Look at the current tenant; a handful of statements, whatever its size."""
    mine = Route.objects.filter(tenant_id=scope.current_id())
    conflicts = _conflicts()
    return Established(
        numbers=mine.filter(kind=Address.PHONE).count(),
        emails=mine.filter(kind=Address.EMAIL).count(),
        own_numbers=list(_own_numbers()),
        conflicts=conflicts[:SHOWN],
        has_more=len(conflicts) > SHOWN,
    )


def _own_numbers() -> QuerySet[Address]:
    """The first of the numbers that lead here, with their people, who are all this tenant's."""
    mine = Address.objects.filter(kind=Address.PHONE, finds_person=True)
    return mine.select_related("person").order_by("lowered")[:SHOWN]


def _conflicts() -> list[Address]:
    """Numbers that take text messages, should find their person, and do not, because they lead to somebody else."""
    textable = (Address.SMS, Address.MOBILE)
    silent = Address.objects.filter(kind=Address.PHONE, phone_type__in=textable, finds_person=False)
    looked_at = list(silent.select_related("person").order_by("pk")[:_LOOKED_THROUGH])
    by_digest = {routes.digest_of(Address.PHONE, one.lowered): one for one in looked_at}
    taken: set[str] = set()
    digests = list(by_digest)
    for start in range(0, len(digests), 500):
        part = digests[start : start + 500]
        taken.update(Route.objects.filter(kind=Address.PHONE, digest__in=part).values_list("digest", flat=True))
    return [one for digest, one in by_digest.items() if digest in taken]
