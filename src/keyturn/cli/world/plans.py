"""What a world file says, understood: plain values that need nothing but to be written down."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from keyturn.outbox.profiles import NewProfile
from keyturn.people.changes import NewPhone
from keyturn.people.rights.core import Rights


@dataclass(frozen=True)
class Place:
    """Where in the file something stands, for complaints that only the database can raise."""

    line: int
    path: str


@dataclass(frozen=True)
class ProviderPlan:
    """A cell provider; found again by its name."""

    name: str
    sms_domain: str
    number_format: str
    ends_on: date | None


@dataclass(frozen=True)
class LocationPlan:
    """A location; found again by its name."""

    name: str
    profiles: tuple[NewProfile, ...] | None  # None: not in the file


@dataclass(frozen=True)
class OperatorPlan:
    """An operator; the password counts when the operator is made."""

    username: str
    email: str
    role: str
    default_location: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class RightPlan:
    """A permission or a profile; found again by its key. `said` has what the file says of it, by our names."""

    place: Place
    key: str
    said: dict[str, Any]


@dataclass(frozen=True)
class MailboxPlan:
    """A mailbox of a person; found again by its name. `columns` are its place and login by their names."""

    place: Place
    name: str
    columns: dict[str, Any]
    password: str = field(repr=False)


@dataclass(frozen=True)
class PersonPlan:
    """A person. `said` names the fields that stood in the file; the others stay as they are."""

    place: Place
    identifier: str
    identifier_key: str
    name: str
    email: str
    status: str
    language: str
    allow_mobile_password_reset: bool
    cell_provider: str
    phones: tuple[NewPhone, ...]
    other_addresses: tuple[str, ...]
    rights: Rights
    mailboxes: tuple[MailboxPlan, ...]
    said: frozenset[str]
    password: str = field(repr=False)


@dataclass(frozen=True)
class TenantPlan:
    """A tenant and everything in it. `settings` are columns of the tenant by their names."""

    place: Place
    slug: str
    settings: dict[str, Any]
    hosts: tuple[str, ...]
    profiles: tuple[NewProfile, ...] | None  # None: not in the file
    locations: tuple[LocationPlan, ...]
    providers: tuple[ProviderPlan, ...]
    operators: tuple[OperatorPlan, ...]
    permissions: tuple[RightPlan, ...]
    rights_profiles: tuple[RightPlan, ...]
    people: tuple[PersonPlan, ...]


@dataclass(frozen=True)
class World:
    """The whole file."""

    tenants: tuple[TenantPlan, ...]
