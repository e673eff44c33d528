"""What a person may do in the programs that rely on Keyturn, and how much of it a PIN passes on (M2.10).

    offer = clone(owner, catalogue, mask)
    offer.rights       what a new user gets        offer.withheld     what the owner keeps alone, and why
    offer.effective    what that comes to          offer.elevated     of that, what stands above the plain

The law: nobody ever gets more than the owner has at that moment, less what can never be cloned. Of permissions,
profiles and companies that are allowed, more is more; of companies that are denied, fewer would be more, so every
one of those goes along.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a permission is about."""

    PLAIN = "plain"
    ELEVATED = "elevated"
    ADMINISTRATION = "administration"
    HELPDESK = "helpdesk"
    PIN_ISSUING = "pin_issuing"
    EXPORT = "export"
    MAILBOX_HOSTS = "mailbox_hosts"


RESERVED = frozenset({Kind.ADMINISTRATION, Kind.HELPDESK, Kind.PIN_ISSUING, Kind.EXPORT, Kind.MAILBOX_HOSTS})
ALLOW, DENY = "allow", "deny"
PERMISSION, PROFILE, COMPANY = "permission", "profile", "company"

# Why something is withheld; a permission of a reserved kind is withheld for its kind
NOT_CLONEABLE = "not_cloneable"  # the organization says so
MASKED = "masked"  # whoever issued the PIN left it out
TAKEN_APART = "taken_apart"  # a profile that brings something withheld: the rest of it is given one by one
BY_PROFILE = "by_profile"  # a permission that is only brought by a profile of which nothing is passed on
OWNER_INACTIVE = "owner_inactive"  # whoever may do nothing passes nothing on
NOT_AGREED = "not_agreed"  # it is elevated, and the PIN went to somebody else without anybody's agreement to that
REASONS = frozenset({*RESERVED, NOT_CLONEABLE, MASKED, TAKEN_APART, BY_PROFILE, OWNER_INACTIVE, NOT_AGREED})


@dataclass(frozen=True)
class Permission:
    """One thing that somebody may do; `is_cloneable` says whether the organization lets a PIN pass it on.

    `was_above`: it stood above the plain not long ago.
    """

    key: str
    kind: str = Kind.PLAIN
    is_cloneable: bool = True
    label: str = ""
    was_above: bool = False

    @property
    def is_elevated(self) -> bool:
        """Whether a PIN that passes it on goes to others only by two operators."""
        return self.kind == Kind.ELEVATED or self.was_above


@dataclass(frozen=True)
class Profile:
    """A bundle of permissions, by their keys."""

    key: str
    permissions: frozenset[str] = frozenset()
    is_cloneable: bool = True
    label: str = ""


@dataclass(frozen=True)
class Catalogue:
    """Every permission and profile of an organization, by its key."""

    permissions: Mapping[str, Permission] = field(default_factory=dict)
    profiles: Mapping[str, Profile] = field(default_factory=dict)


@dataclass(frozen=True, order=True)
class CompanyException:
    """A company that a person may (`allow`) or may not (`deny`) work for, against the usual."""

    company: str
    effect: str


@dataclass(frozen=True)
class Rights:
    """What somebody holds: keys of permissions and of profiles, and company exceptions."""

    permissions: frozenset[str] = frozenset()
    profiles: frozenset[str] = frozenset()
    exceptions: frozenset[CompanyException] = frozenset()


@dataclass(frozen=True)
class Holding:
    """Somebody's rights at one moment. Who is not active may do nothing, whatever they hold."""

    rights: Rights = Rights()
    is_active: bool = True


@dataclass(frozen=True, order=True)
class Withheld:
    """What is not passed on: of which kind (permission, profile, company), and one of REASONS."""

    kind: str
    key: str
    reason: str


@dataclass(frozen=True)
class Offer:
    """What a new user would get now, the permissions that it comes to, and what is withheld."""

    rights: Rights
    effective: frozenset[str]
    withheld: tuple[Withheld, ...]
    elevated: frozenset[str]


def effective(holding: Holding, catalogue: Catalogue) -> frozenset[str]:
    """The keys of everything that somebody may do, on their own or by a profile."""
    return _comes_to(holding.rights, catalogue) if holding.is_active else frozenset()


def mark(kind: str, key: str) -> str:
    """How a mask names what it leaves out: `permission:dispatch`, `profile:driver`, `company:Acme`."""
    return f"{kind}:{key}"


def may_be_cloned(permission: Permission) -> bool:
    """Whether a PIN could ever pass this on: the organization lets it, and it is of no reserved kind."""
    return _against(permission) == ""


def passes_whole(profile: Profile, catalogue: Catalogue) -> bool:
    """Whether a PIN that leaves nothing out passes this profile on as such."""
    brings = (catalogue.permissions[key] for key in profile.permissions & catalogue.permissions.keys())
    return profile.is_cloneable and all(may_be_cloned(one) for one in brings)


def clone(
    owner: Holding,
    catalogue: Catalogue,
    mask: frozenset[str] = frozenset(),
    agreed: frozenset[str] | None = None,
) -> Offer:
    """What a PIN of this owner passes on now; the mask, made of `mark`, is what its issuer left out.

    `agreed` are the elevated permissions that two operators let out of the house; None while the PIN is in it.
    """
    held, against_profiles = _comes_to(owner.rights, catalogue), _closed_profiles(owner, catalogue, mask)
    against = _not_agreed(held, catalogue, agreed) | _closed_permissions(held, owner, catalogue, mask)
    opened = [catalogue.profiles[key] for key in owner.rights.profiles - against_profiles.keys()]
    whole = frozenset(profile.key for profile in opened if not profile.permissions & against.keys())
    loose = owner.rights.permissions.union(*(one.permissions for one in opened if one.key not in whole))
    against_companies = _closed_companies(owner, mask)
    rights = Rights(
        permissions=(loose & held) - against.keys(),
        profiles=whole,
        exceptions=frozenset(one for one in owner.rights.exceptions if one not in against_companies),
    )
    passed = _comes_to(rights, catalogue)
    withheld = [
        *_told(PERMISSION, dict.fromkeys(held - passed, BY_PROFILE) | against),
        *_told(PROFILE, {one.key: TAKEN_APART for one in opened if one.key not in whole} | against_profiles),
        *_told(COMPANY, {one.company: reason for one, reason in against_companies.items()}),
    ]
    elevated = frozenset(key for key in passed if catalogue.permissions[key].is_elevated)
    return Offer(rights, passed, tuple(withheld), elevated)


def _comes_to(rights: Rights, catalogue: Catalogue) -> frozenset[str]:
    brought = (catalogue.profiles[key].permissions for key in rights.profiles if key in catalogue.profiles)
    return rights.permissions.union(*brought) & catalogue.permissions.keys()


def _against(permission: Permission) -> str:
    """What stands against ever cloning this: its kind, or the organization. Kinds nobody knows are not cloned."""
    if permission.kind not in (Kind.PLAIN, Kind.ELEVATED):
        return permission.kind
    return "" if permission.is_cloneable else NOT_CLONEABLE


def _closed_permissions(
    held: Iterable[str], owner: Holding, catalogue: Catalogue, mask: frozenset[str]
) -> dict[str, str]:
    judged = {key: _against(catalogue.permissions[key]) or _otherwise(PERMISSION, key, owner, mask) for key in held}
    return {key: reason for key, reason in judged.items() if reason}


def _not_agreed(held: Iterable[str], catalogue: Catalogue, agreed: frozenset[str] | None) -> dict[str, str]:
    if agreed is None:
        return {}
    elevated = (key for key in held if catalogue.permissions[key].is_elevated)
    return {key: NOT_AGREED for key in elevated if key not in agreed}


def _closed_profiles(owner: Holding, catalogue: Catalogue, mask: frozenset[str]) -> dict[str, str]:
    """The profiles of which nothing is passed on."""
    judged = {}
    for key in owner.rights.profiles:
        is_cloneable = key in catalogue.profiles and catalogue.profiles[key].is_cloneable
        judged[key] = _otherwise(PROFILE, key, owner, mask) if is_cloneable else NOT_CLONEABLE
    return {key: reason for key, reason in judged.items() if reason}


def _closed_companies(owner: Holding, mask: frozenset[str]) -> dict[CompanyException, str]:
    allowed = [one for one in owner.rights.exceptions if one.effect == ALLOW]
    judged = {one: _otherwise(COMPANY, one.company, owner, mask) for one in allowed}
    return {one: reason for one, reason in judged.items() if reason}


def _otherwise(kind: str, key: str, owner: Holding, mask: frozenset[str]) -> str:
    if not owner.is_active:
        return OWNER_INACTIVE
    return MASKED if mark(kind, key) in mask else ""


def _told(kind: str, reasons: Mapping[str, str]) -> list[Withheld]:
    return [Withheld(kind, key, reasons[key]) for key in sorted(reasons)]
