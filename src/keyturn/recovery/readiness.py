"""Who could recover right now, and what is missing (M0.21): the decision code of real requests, asked in advance.

    of(person, tenant, now)            each rule for each way back in
    part(tenant, now, after=…)         the next part of the tenant's people, counted

Rows are read for many people at a time, the decision is core/policy's and the facts are finder's own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings

from keyturn.directories.models import Account
from keyturn.limits import counters
from keyturn.outbox import gateways
from keyturn.outbox.models import MailProfile
from keyturn.people import queries
from keyturn.people.models import Address, Person
from keyturn.recovery import finder, limits
from keyturn.recovery.core import policy
from keyturn.recovery.core.claim import Claim
from keyturn.recovery.core.facts import Facts, Method
from keyturn.recovery.core.policy import Allowed, Reason
from keyturn.recovery.finder import Known, Request
from keyturn.tenants.models import Tenant

METHODS = (Method.LINK, Method.TEMPORARY_PASSWORD)
PART = 200  # people whose rows are read together


@dataclass(frozen=True)
class Way:
    """One way back in; `rules` is every rule that is asked, with the reason it gives or None."""

    method: Method
    facts: Facts
    decision: Allowed | policy.Refused
    rules: tuple[tuple[str, Reason | None], ...]

    @property
    def is_open(self) -> bool:
        """Whether a request made now would be allowed."""
        return isinstance(self.decision, Allowed)

    @property
    def refusals(self) -> tuple[Reason, ...]:
        """Everything that would have to be mended, not only the first."""
        return tuple(reason for _, reason in self.rules if reason)


@dataclass(frozen=True)
class Readiness:
    """Both ways of one person, and what a text message needs besides."""

    ways: tuple[Way, ...]
    has_number: bool
    has_gateway: bool

    @property
    def is_ready(self) -> bool:
        """Whether either way is open now."""
        return any(way.is_open for way in self.ways)


@dataclass(frozen=True)
class Part:
    """A part of the tenant's people. `after` is where the next one begins; None when this was the last."""

    seen: int
    ready: int
    after: UUID | None


def of(person: Person, tenant: Tenant, now: datetime) -> Readiness:
    """What this person's next request would come to."""
    return of_many([person], tenant, now)[0]


def part(tenant: Tenant, now: datetime, *, after: UUID | None = None) -> Part:
    """Count the next people of the tenant we are in."""
    rest = Person.objects.order_by("pk").select_related("cell_provider")
    people = list((rest.filter(pk__gt=after) if after else rest)[:PART])
    ready = sum(one.is_ready for one in of_many(people, tenant, now))
    return Part(len(people), ready, people[-1].pk if len(people) == PART else None)


def has_mail_profile() -> bool:
    """Whether there is a server that takes this tenant's mail; without one messages wait."""
    return bool(settings.KEYTURN_EMAIL_URL) or MailProfile.objects.exists()


def of_many(people: list[Person], tenant: Tenant, now: datetime) -> list[Readiness]:
    """What the next request of each of these people would come to; a handful of statements for all."""
    known = _known(people)
    asked = [[(one, _request(one, method)) for method in METHODS] for one in known]
    look = _look((pair for pairs in asked for pair in pairs), tenant, now)
    return [_readiness(pairs, look) for pairs in asked]


def _known(people: list[Person]) -> list[Known]:
    ids = [person.pk for person in people]
    addresses: dict[UUID, list[Address]] = {}
    for address in Address.objects.filter(person_id__in=ids, told_until=None):
        addresses.setdefault(address.person_id, []).append(address)
    accounts: dict[UUID, Account] = {}
    for account in Account.objects.filter(person_id__in=ids).select_related("directory").order_by("pk"):
        accounts.setdefault(account.person_id, account)
    texts = gateways.enabled() is not None
    return [Known(one, accounts.get(one.pk), addresses.get(one.pk, []), texts) for one in people]


def _request(known: Known, method: Method) -> Request:
    """What the person would rightly say: their user name; for the other way the main email and the number."""
    if method is Method.LINK:
        return Request(Claim(identifier=known.person.identifier), method)
    email = next((one.raw for one in known.addresses if one.is_main), "")
    number = queries.best_for_sms(known.addresses)
    return Request(Claim(email=email, phone=number.key if number else ""), method)


@dataclass(frozen=True)
class _Look:
    """In which tenant, when, and what is used up: places of accounts and destinations, and names that were asked
    for too often."""

    tenant: Tenant
    now: datetime
    places: set[limits.Place]
    names: set[str]


def _look(asked: Iterable[tuple[Known, Request]], tenant: Tenant, now: datetime) -> _Look:
    pairs = list(asked)
    places = {place for known, request in pairs for place in finder.chosen(known, request, tenant, now).places}
    names = {_name_key(known, request, tenant): limits.ASKING_BY_NAME for known, request in pairs}
    return _Look(tenant, now, limits.used_up(places, now), counters.full(names, now=now))


def _name_key(known: Known, request: Request, tenant: Tenant) -> str:
    """As recovery/intake counts what was typed."""
    return limits.ASKING_BY_NAME.key(str(tenant.id), request.method, known.person.identifier_key)


def _readiness(pairs: list[tuple[Known, Request]], look: _Look) -> Readiness:
    known = pairs[0][0]
    ways = tuple(_way(known, request, look) for known, request in pairs)
    has_number = queries.best_for_sms(known.addresses) is not None
    return Readiness(ways, has_number, known.can_be_texted(look.now))


def _way(known: Known, asked: Request, look: _Look) -> Way:
    is_over = _name_key(known, asked, look.tenant) in look.names
    request = replace(asked, is_over_limit=is_over)
    chose = replace(finder.chosen(known, request, look.tenant, look.now), full=look.places)
    facts = finder.assemble(known, request, look.tenant, chose).facts
    rules = tuple((policy.name_of(rule), rule(facts, look.now)) for rule in policy.rules_of(request.method))
    return Way(request.method, facts, policy.decide(facts, look.now), rules)
