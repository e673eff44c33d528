"""What the dialog shows before anything is sent: the address that the code will go to (M4.2).

uniform        the address that was typed, or "the address on file"; a function of the typed text alone
known_device   the masked real one, on a device that signed in with this login before; otherwise as above
disclosed      the masked real one, for anybody who asks: this one looks somebody up, which is limited by
               source and audited
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from keyturn.audit import events
from keyturn.lib import addresses
from keyturn.lib.addresses import AddressRefused
from keyturn.limits import counters
from keyturn.people import queries
from keyturn.people.models import Person
from keyturn.recovery import limits
from keyturn.tenants.models import Disclosure, Tenant


class Say(StrEnum):
    """What the dialog says."""

    ADDRESS = "address"
    ON_FILE = "on_file"  # "the address on file"
    NOBODY = "nobody"  # there is no such user name; said in mode `disclosed` only
    ASK_OPERATOR = "ask_operator"  # there is, and no address to read (M4.8); said in mode `disclosed` only


@dataclass(frozen=True)
class Shown:
    """The dialog's words, and the address where there is one to show."""

    say: Say
    address: str = ""


@dataclass(frozen=True)
class Looking:
    """Who opens the dialog: what was typed, what this device may know (access.devices), and from where."""

    identifier: str
    known_device_masked: str | None
    source: str


def address_to_show(tenant: Tenant, looking: Looking, now: datetime) -> Shown:
    """What to show, in the tenant's mode."""
    if tenant.disclosure == Disclosure.DISCLOSED:
        return _real(looking, now)
    if tenant.disclosure == Disclosure.KNOWN_DEVICE and looking.known_device_masked:
        return Shown(Say.ADDRESS, looking.known_device_masked)
    return _echo(looking.identifier)


def _echo(identifier: str) -> Shown:
    try:
        return Shown(Say.ADDRESS, addresses.parse(identifier).raw)
    except AddressRefused:
        return Shown(Say.ON_FILE)


@transaction.atomic
def _real(looking: Looking, now: datetime) -> Shown:
    """Look somebody up, which the tenant chose to let anybody do; too many from one source see an echo."""
    if not counters.has_taken(limits.LOOKING_BY_SOURCE, looking.source, now=now):
        return _echo(looking.identifier)
    person = _person(looking.identifier)
    subject = f"person:{person.pk}" if person else ""
    events.record("address.disclosed", at=now, actor="anonymous", subject=subject, source=looking.source)
    if person is None:
        return Shown(Say.NOBODY)
    main = queries.main_email(person)
    return Shown(Say.ADDRESS, addresses.parse(main.raw).masked) if main else Shown(Say.ASK_OPERATOR)


def _person(identifier: str) -> Person | None:
    """As recovery/finder will look: by email before user name."""
    try:
        person = queries.by_email(addresses.parse(identifier))
    except AddressRefused:
        person = None
    return person or queries.by_identifier(identifier)
