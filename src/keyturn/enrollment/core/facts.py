"""What is known when a sign-up is decided: plain values, gathered by enrollment/finding, asked by core/policy."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from keyturn.lib import addresses
from keyturn.lib.addresses import EmailAddress


class Mode(StrEnum):
    """By which doors a tenant lets people sign up with a PIN (M2.1)."""

    OFF = "off"
    WEB = "web"
    ALL = "all"


class Door(StrEnum):
    """Where somebody signs up."""

    WEB = "web"
    API = "api"


_OPEN = {Mode.OFF: frozenset[Door](), Mode.WEB: frozenset({Door.WEB}), Mode.ALL: frozenset(Door)}


def is_open(mode: str, door: str) -> bool:
    """Whether this door is open in this mode; what nobody knows is closed."""
    return mode in _OPEN and door in _OPEN[Mode(mode)]


@dataclass(frozen=True, kw_only=True)
class PinFacts:
    """The row of a PIN whose secret was right."""

    expires_at: datetime
    max_uses: int = 1
    uses: int = 0
    is_ended: bool = False
    is_owner_active: bool = True  # and the owner was, at every moment since it was issued
    domains: tuple[str, ...] = ()  # empty: any
    fixed_address: str = ""  # empty: any

    @property
    def is_spent(self) -> bool:
        """Whether no use is left."""
        return self.uses >= self.max_uses

    def invites(self, email: EmailAddress) -> bool:
        """Whether it may be used with this very address (C9)."""
        if not self.fixed_address:
            return True
        bound = addresses.parse(self.fixed_address)
        return email.fits(bound.key, bound.lowered)

    def admits(self, email: EmailAddress) -> bool:
        """Whether the address's domain is one of those that were named; a subdomain is another domain."""
        return not self.domains or email.key.rpartition("@")[2] in self.domains


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything that a sign-up's decision rests on. `pin` is None where the PIN is of nobody, or wrong."""

    email: EmailAddress
    mode: str = Mode.ALL
    door: str = Door.WEB
    is_tenant_active: bool = True
    has_guessed_too_often: bool = False  # then nothing was compared, and `pin` says nothing
    pin: PinFacts | None = None
    is_username_allowed: bool = True
    is_username_taken: bool = False
    is_address_taken: bool = False
    is_written_to_too_often: bool = False
