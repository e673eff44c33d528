"""May somebody come on record with this PIN now? One pure decision; the log keeps its reason, nobody else hears it.

A rule is one `refuse_…` function and one Reason, named in POLICY; the order is the order in which they are asked.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from keyturn.enrollment.core.facts import Facts, is_open


class Reason(StrEnum):
    """Why not; enrollment/wording says it in sentences, to operators alone."""

    TENANT_SUSPENDED = "tenant_suspended"
    DOOR_CLOSED = "door_closed"
    TOO_MANY_WRONG = "too_many_wrong"
    PIN_WRONG = "pin_wrong"
    PIN_ENDED = "pin_ended"
    PIN_EXPIRED = "pin_expired"
    PIN_SPENT = "pin_spent"
    OWNER_INACTIVE = "owner_inactive"
    ADDRESS_NOT_INVITED = "address_not_invited"
    DOMAIN_NOT_ADMITTED = "domain_not_admitted"
    USERNAME_NOT_ALLOWED = "username_not_allowed"
    TOO_MANY_TO_DESTINATION = "too_many_to_destination"
    USERNAME_TAKEN = "username_taken"
    ADDRESS_TAKEN = "address_taken"


class Outcome(StrEnum):
    """What a rule came to."""

    PASSED = "passed"
    REFUSED = "refused"
    NOT_ASKED = "not_asked"


TOLD = frozenset({Reason.USERNAME_TAKEN, Reason.ADDRESS_TAKEN})  # by mail, to whoever reads that address's mail

Rule = Callable[[Facts, datetime], Reason | None]


def decide(facts: Facts, now: datetime) -> Reason | None:
    """The first rule that refuses decides; None when none does."""
    return next((reason for refuse in POLICY if (reason := refuse(facts, now))), None)


def explain(facts: Facts, now: datetime) -> list[tuple[str, Outcome]]:
    """Every rule in order with what came of it; those behind a refusal were not asked."""
    told, is_over = [], False
    for refuse in POLICY:
        outcome = Outcome.NOT_ASKED if is_over else Outcome.REFUSED if refuse(facts, now) else Outcome.PASSED
        is_over = is_over or outcome is Outcome.REFUSED
        told.append((refuse.__name__.removeprefix("refuse_"), outcome))
    return told


def refuse_suspended_tenant(facts: Facts, now: datetime) -> Reason | None:
    """Nothing at all happens in a suspended tenant."""
    return None if facts.is_tenant_active else Reason.TENANT_SUSPENDED


def refuse_closed_door(facts: Facts, now: datetime) -> Reason | None:
    """The tenant's mode: off, web only, all clients (M2.1)."""
    return None if is_open(facts.mode, facts.door) else Reason.DOOR_CLOSED


def refuse_guessers(facts: Facts, now: datetime) -> Reason | None:
    """So many wrong PINs by this source, or in this tenant, that none is looked at."""
    return Reason.TOO_MANY_WRONG if facts.has_guessed_too_often else None


def refuse_wrong_pin(facts: Facts, now: datetime) -> Reason | None:
    """No PIN of this tenant reads like that."""
    return Reason.PIN_WRONG if facts.pin is None else None


def refuse_inactive_owner(facts: Facts, now: datetime) -> Reason | None:
    """A PIN dies with its owner, whatever became of the owner since."""
    return Reason.OWNER_INACTIVE if facts.pin and not facts.pin.is_owner_active else None


def refuse_ended_pin(facts: Facts, now: datetime) -> Reason | None:
    """It was revoked or replaced. One whose uses came to an end is called spent."""
    is_ended = facts.pin is not None and facts.pin.is_ended and not facts.pin.is_spent
    return Reason.PIN_ENDED if is_ended else None


def refuse_expired_pin(facts: Facts, now: datetime) -> Reason | None:
    """Judged at this moment, whether or not a duty has ended it."""
    return Reason.PIN_EXPIRED if facts.pin and facts.pin.expires_at <= now else None


def refuse_spent_pin(facts: Facts, now: datetime) -> Reason | None:
    """As many people as were meant to have come."""
    return Reason.PIN_SPENT if facts.pin and facts.pin.is_spent else None


def refuse_uninvited_address(facts: Facts, now: datetime) -> Reason | None:
    """A PIN that was made for one address lets nobody else in."""
    return Reason.ADDRESS_NOT_INVITED if facts.pin and not facts.pin.invites(facts.email) else None


def refuse_foreign_domain(facts: Facts, now: datetime) -> Reason | None:
    """A PIN that was made for some domains."""
    return Reason.DOMAIN_NOT_ADMITTED if facts.pin and not facts.pin.admits(facts.email) else None


def refuse_odd_username(facts: Facts, now: datetime) -> Reason | None:
    """The tenant's pattern, which may have changed since the form was filled in."""
    return None if facts.is_username_allowed else Reason.USERNAME_NOT_ALLOWED


def refuse_many_to_destination(facts: Facts, now: datetime) -> Reason | None:
    """Whoever has a PIN must not be able to fill a stranger's mailbox."""
    return Reason.TOO_MANY_TO_DESTINATION if facts.is_written_to_too_often else None


def refuse_taken_username(facts: Facts, now: datetime) -> Reason | None:
    """Somebody signs in, or is found, by this name."""
    return Reason.USERNAME_TAKEN if facts.is_username_taken else None


def refuse_taken_address(facts: Facts, now: datetime) -> Reason | None:
    """Somebody is found by this address."""
    return Reason.ADDRESS_TAKEN if facts.is_address_taken else None


POLICY: tuple[Rule, ...] = (
    refuse_suspended_tenant,
    refuse_closed_door,
    refuse_guessers,
    refuse_wrong_pin,
    refuse_inactive_owner,
    refuse_ended_pin,
    refuse_expired_pin,
    refuse_spent_pin,
    refuse_uninvited_address,
    refuse_foreign_domain,
    refuse_odd_username,
    refuse_many_to_destination,
    refuse_taken_address,
    refuse_taken_username,
)
