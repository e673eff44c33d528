"""From a claim to facts: who it finds in this tenant, and everything the policy asks about them.

A handful of statements. What is found is stored data; nothing that was claimed goes further than finding it.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from keyturn.directories import accounts, registry
from keyturn.directories.models import Account
from keyturn.lib.addresses import EmailAddress
from keyturn.outbox import channels
from keyturn.people import queries
from keyturn.people.models import Address, Person
from keyturn.recovery import limits
from keyturn.recovery.core import desk
from keyturn.recovery.core.claim import Claim
from keyturn.recovery.core.facts import Destination, DirectoryFacts, Facts, Method, PersonFacts, TenantFacts
from keyturn.recovery.limits import Place
from keyturn.tenants import prepared
from keyturn.tenants.models import Tenant


@dataclass(frozen=True)
class Request:
    """What is asked of a tenant: by whom it claims to be, which way back in, and whether too often."""

    claim: Claim
    method: Method
    is_over_limit: bool = False
    door: str = ""  # portal, api; empty: whichever is open


@dataclass(frozen=True)
class Found:
    """The facts, and the rows they were read from; None where there is none."""

    facts: Facts
    person: Person | None = None
    account: Account | None = None
    email: Address | None = None
    sms: Address | None = None


@dataclass(frozen=True)
class Known:
    """Somebody's rows: the person with their provider, the account with its directory, every address.

    `tenant_texts`: whether the tenant's own gateway takes text messages, where that was read for many at once.
    """

    person: Person
    account: Account | None
    addresses: list[Address]
    tenant_texts: bool | None = None

    def can_be_texted(self, now: datetime) -> bool:
        """Whether anything takes text messages for this person."""
        if self.tenant_texts is None:
            return channels.sms_gateway_of(self.person, now.date()) is not None
        return self.tenant_texts or channels.carrier_of(self.person, now.date()) is not None


@dataclass(frozen=True)
class Chosen:
    """Where a message would go, the places that it would take, and which are used up, once that was looked up."""

    email: Address | None
    sms: Address | None
    places: list[Place]
    full: set[Place] = field(default_factory=set)


def find(request: Request, tenant: Tenant, now: datetime) -> Found:
    """Look everything up, inside the tenant."""
    person = _person(request)
    if person is None:
        return Found(Facts(person=None, email=None, **_asked(request, tenant)))
    return about(person, request, tenant, now)


def at_desk(person: Person, method: Method, tenant: Tenant, now: datetime) -> Found:
    """What is known when an operator acts for a person.

    The limits and the switch of those who ask for themselves do not bind; an address that the person changed just
    now calls for a second operator instead (recovery/desk), which the desk's own change does not.
    """
    found = about(person, Request(Claim(identifier=person.identifier), method), tenant, now)
    email = found.facts.email
    facts = replace(
        found.facts,
        person=replace(found.facts.person, is_written_to_too_often=False),
        email=replace(email, is_written_to_too_often=False, set_at_desk_at=None) if email else None,
        tenant=replace(found.facts.tenant, allows_link=True, fresh_for=timedelta(0)),
    )
    return replace(found, facts=facts)


def about(person: Person, request: Request, tenant: Tenant, now: datetime) -> Found:
    """Look up what there is to know of somebody who was found."""
    known = Known(person, accounts.of(person), _on_record(person_id=person.pk))
    chose = chosen(known, request, tenant, now)
    return assemble(known, request, tenant, replace(chose, full=limits.used_up(chose.places, now)))


def assemble(known: Known, request: Request, tenant: Tenant, chose: Chosen) -> Found:
    """The facts of somebody whose rows were read, one or many at a time; asks nobody."""
    person, account, full = known.person, known.account, chose.full
    is_full = account is not None and place_of(account, tenant) in full
    is_guarded = desk.is_guarded(tenant.caller_check, tenant.second_operator, person.needs_second_operator)
    facts = Facts(
        person=_about(person, account, known.addresses, is_full),
        email=_destination(chose.email, full, is_guarded),
        sms=_destination(chose.sms, full, is_guarded),
        directory=_directory(account),
        **_asked(request, tenant),
    )
    return Found(facts, person, account, chose.email, chose.sms)


def chosen(known: Known, request: Request, tenant: Tenant, now: datetime) -> Chosen:
    """Where a message would go."""
    email, sms = _email(request, known.addresses), _sms(request, known, now)
    whom = (known.account, email, sms)
    return Chosen(email, sms, [place_of(one, tenant) for one in whom if one])


@prepared.select
def _on_record(person_id):
    return Address.objects.filter(person_id=person_id, told_until=None)


def place_of(whom: Account | Address, tenant: Tenant) -> Place:
    """What a message to this account, or to this address, takes a place of.

    A destination is the same in every tenant, which has no say in it; nothing of a tenant is in its key.
    """
    if isinstance(whom, Account):
        return limits.to_account(tenant.mails_per_hour, tenant.mails_per_day), str(whom.pk)
    return _to(whom)


def _to(address: Address) -> Place:
    return limits.TO_DESTINATION, address.lowered


def _person(request: Request) -> Person | None:
    """By email before user name: a user name that is somebody's address must not catch their mail.

    A temporary password may also be asked for with a phone that finds the person and an email that only hears
    of changes; the policy then sees whether that email is on record.
    """
    claim, email = request.claim, request.claim.email_address()
    person = queries.by_email(email) if email else None
    if person is None and claim.identifier:
        person = queries.by_identifier(claim.identifier)
    if person is None and request.method is Method.TEMPORARY_PASSWORD and (phone := claim.phone_number()):
        person = queries.by_phone(phone)
    return person


def _email(request: Request, on_record: list[Address]) -> Address | None:
    """The stored address to write to: the main one for a link, the one that was claimed for the other way."""
    emails = [address for address in on_record if address.kind == Address.EMAIL]
    if request.method is not Method.TEMPORARY_PASSWORD:
        return next((address for address in emails if address.is_main), None)
    claimed = request.claim.email_address()
    return _matching(claimed, emails) if claimed else None


def _matching(claimed: EmailAddress, emails: list[Address]) -> Address | None:
    """The one that was claimed; where it differs in capitals, only if there is no second such."""
    fitting = [address for address in emails if claimed.fits(address.key, address.lowered)]
    exactly = [address for address in fitting if address.key == claimed.key]
    found = exactly[:1] or fitting
    return found[0] if len(found) == 1 else None


def _sms(request: Request, known: Known, now: datetime) -> Address | None:
    """The number on record, when the claimed phone is the person's own and a gateway works (M0.14, M0.15)."""
    phone = request.claim.phone_number() if request.method is Method.TEMPORARY_PASSWORD else None
    is_own = phone is not None and any(
        address.kind == Address.PHONE and address.key == phone.e164 for address in known.addresses
    )
    return queries.best_for_sms(known.addresses) if is_own and known.can_be_texted(now) else None


def _about(person: Person, account: Account | None, on_record: list[Address], is_full: bool) -> PersonFacts:
    return PersonFacts(
        is_active=person.is_active,
        allows_temporary_password=person.allow_mobile_password_reset,
        has_email=any(address.kind == Address.EMAIL for address in on_record),
        has_account=account is not None,
        is_written_to_too_often=is_full,
    )


def _destination(address: Address | None, full: set[Place], is_guarded: bool) -> Destination | None:
    if address is None:
        return None
    return Destination(
        may_receive=address.may_receive,
        has_bounced=address.bounced_at is not None,
        set_by_person_at=address.set_by_person_at,
        set_at_desk_at=address.set_by_operator_at if is_guarded else None,
        is_written_to_too_often=_to(address) in full,
    )


def _directory(account: Account | None) -> DirectoryFacts:
    if account is None:
        return DirectoryFacts()
    directory = registry.connect(account.directory.kind)
    return DirectoryFacts(can_hold_pending=directory.can_hold_pending, can_restore=directory.can_restore)


def _asked(request: Request, tenant: Tenant) -> dict:
    return {
        "method": request.method,
        "is_over_limit": request.is_over_limit,
        "tenant": TenantFacts(
            is_active=tenant.is_active,
            allows_link=_allows_link(tenant, request.door),
            allows_temporary_password=tenant.allow_mobile_password_reset,
            allows_manual_entry=tenant.allow_manual_entry,
            fresh_for=timedelta(hours=tenant.fresh_address_hours),
        ),
    }


def _allows_link(tenant: Tenant, door: str) -> bool:
    """The switch of the method, and that of the door by which it was asked for."""
    doors = {"portal": tenant.allow_link_on_portal, "api": tenant.allow_link_in_api}
    return tenant.allow_password_reset_via_email and doors.get(door, any(doors.values()))
