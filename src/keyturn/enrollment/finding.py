"""From a wish and its PIN to facts: everything that the policy asks about a sign-up. A handful of statements."""

from dataclasses import dataclass
from datetime import datetime

from keyturn.directories.models import Account
from keyturn.enrollment import limits, wishes
from keyturn.enrollment.core.facts import Facts, PinFacts
from keyturn.enrollment.guessing import Guess
from keyturn.enrollment.models import Pin, SignUp
from keyturn.enrollment.wishes import Wish
from keyturn.lib.addresses import EmailAddress
from keyturn.limits import counters
from keyturn.people import identifiers, queries
from keyturn.people.models import Address, Person
from keyturn.tenants.models import Tenant


@dataclass(frozen=True)
class Found:
    """The facts, the PIN's row as it is now, and whose the address is; None where there is none."""

    facts: Facts
    pin: Pin | None = None
    holder: Address | None = None


def find(sign_up: SignUp, wish: Wish, guess: Guess, tenant: Tenant, now: datetime) -> Found:  # noqa: PLR0913
    """Look everything up, inside the tenant; of a wrong PIN nothing."""
    asked = {
        "email": wish.address,
        "mode": tenant.pin_sign_up,
        "door": sign_up.door,
        "is_tenant_active": tenant.is_active,
        "has_guessed_too_often": guess.is_over_limit,
    }
    pin = Pin.objects.select_related("owner").filter(pk=guess.pin.pk).first() if guess.pin else None
    if pin is None:
        return Found(Facts(**asked))
    holder = queries.by_lowered(wish.address.lowered)
    facts = Facts(
        pin=_about(pin),
        is_username_allowed=not wishes.fits(wish.username, wish.address, tenant.identifier_pattern),
        is_username_taken=is_taken(wish.username),
        is_address_taken=holder is not None or _is_a_name(wish.address),
        is_written_to_too_often=_is_written_to_too_often(wish.address, now),
        **asked,
    )
    return Found(facts, pin, holder)


def is_taken(username: str) -> bool:
    """Whether somebody signs in, or is found, by this name."""
    key = identifiers.key(username)
    by_name = Person.objects.filter(identifier_key=key).exists() or Account.objects.filter(login_key=key).exists()
    return by_name or Address.objects.filter(kind=Address.EMAIL, lowered=key, finds_person=True).exists()


def take_place(email: EmailAddress, now: datetime) -> bool:
    """Take one message to this address, inside the transaction that writes it; False when there is none left."""
    return all(counters.has_taken(limit, email.lowered, now=now) for limit in _TO_DESTINATION)


_TO_DESTINATION = (limits.TO_DESTINATION_IN_AN_HOUR, limits.TO_DESTINATION_IN_A_DAY)


def _about(pin: Pin) -> PinFacts:
    owner = pin.owner
    is_dead_with_owner = not owner.is_active or (pin.ended_at is None and not owner.has_pin)
    return PinFacts(
        expires_at=pin.expires_at,
        max_uses=pin.max_uses,
        uses=pin.uses,
        is_ended=pin.ended_at is not None,
        is_owner_active=not is_dead_with_owner,
        domains=tuple(pin.domains),
        fixed_address=pin.fixed_address,
    )


def _is_a_name(email: EmailAddress) -> bool:
    """An address that somebody else signs in with is theirs, found by it or not; who waits has proven nothing."""
    return Person.objects.filter(identifier_key=email.lowered).exclude(status=Person.PENDING).exists()


def _is_written_to_too_often(email: EmailAddress, now: datetime) -> bool:
    return bool(counters.full({limit.key(email.lowered): limit for limit in _TO_DESTINATION}, now=now))
