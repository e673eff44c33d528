"""Proofs of work for signing up: asked for once a tenant's limit of wrong PINs is met (security: docs/pins.md).

    needed(…) ▶ a signed challenge, of which no row is kept ▶ whoever wants in computes ▶ is_good(…) ▶ seize(…)
Whether one is needed depends on the tenant's counters alone: never on a PIN, a name, an address or a person. Each is
good for one sign-up, whose transaction takes it by a unique row.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from keyturn.enrollment import limits
from keyturn.enrollment.core import proof_of_work as core
from keyturn.enrollment.core.proof_of_work import Challenge, Claimed
from keyturn.enrollment.models import SpentProof
from keyturn.lib import digest
from keyturn.limits import counters
from keyturn.tenants import scope

LIFETIME = timedelta(minutes=10)  # of a challenge: time to fill the form in, and little to hoard


@dataclass(frozen=True)
class Proof:
    """What came in as a proof; either part may be anything."""

    challenge: object
    counter: object


@dataclass(frozen=True)
class Needed:
    """Work must be done before a sign-up is taken: this challenge, so many zero bits. At `until` the hour is over."""

    challenge: str
    bits: int
    until: datetime


def needed(tenant: str, now: datetime) -> Needed | None:
    """What signing up in this tenant takes at this moment; None while it takes no work."""
    until = counters.full_until(limits.WRONG_BY_TENANT, tenant, now=now)
    if until is None:
        return None
    bits = core.bits(counters.hits(limits.WRONG_WITH_PROOF, tenant, now=now))
    challenge = Challenge(bits, now + LIFETIME, digest.opaque_token(12))
    return Needed(core.signed(challenge, signature(tenant, challenge)), bits, until)


def accept(proof: Proof | None, now: datetime) -> bool:
    """Whether this is a proof for the current tenant that nobody used; it is used up, in the caller's transaction."""
    claimed = core.read(proof.challenge) if proof else None
    counter = core.read_counter(proof.counter) if proof else None
    if claimed is None or counter is None or not _holds(claimed, counter, now):
        return False
    return seize(claimed.challenge)


def signature(tenant: str, challenge: Challenge) -> str:
    """Ours, under a key of this purpose, and of this tenant alone."""
    return digest.keyed("proof_of_work", tenant, challenge.plain)


def seize(challenge: Challenge) -> bool:
    """Use a challenge up, once, whoever else tries at this moment."""
    return SpentProof.objects.get_or_create(drawn=challenge.drawn, defaults={"ends_at": challenge.expires_at})[1]


def purge(now: datetime) -> None:
    """Forget the current tenant's used challenges, which have expired by now."""
    SpentProof.objects.filter(ends_at__lte=now).delete()


def _holds(claimed: Claimed, counter: int, now: datetime) -> bool:
    """Made here, not too long ago, and worked for: one HMAC and one hash."""
    challenge = claimed.challenge
    is_ours = hmac.compare_digest(claimed.signature, signature(str(scope.current_id()), challenge))
    return is_ours and now < challenge.expires_at and core.is_solved(claimed.text, counter, challenge.bits)
