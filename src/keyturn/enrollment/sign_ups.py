"""Blind intake of people with a PIN: written down and answered, without looking at any PIN or anybody.

For a good, wrong, spent or revoked PIN, and for a user name or address that is taken, the same statements run and
the same answer is given; the worker decides (enrollment/resolving). While too many wrong PINs come a sign-up needs a
proof of work (enrollment/proofs), whatever it says.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from django.db import IntegrityError, transaction

from keyturn.enrollment import limits, proofs, wishes
from keyturn.enrollment.core import facts
from keyturn.enrollment.models import SignUp
from keyturn.enrollment.proofs import Needed, Proof
from keyturn.enrollment.wishes import Typed, Wish, WishRefused
from keyturn.lib import rows, wake
from keyturn.limits import counters
from keyturn.recovery.core import reference
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

__all__ = ["Accepted", "Asked", "Needed", "Proof", "TooMany", "WishRefused", "ask", "is_open", "work"]

_DRAWS = 5


@dataclass(frozen=True)
class Asked:
    """What somebody typed, by which door (facts.Door), from which network, in which tenant."""

    pin: object = field(repr=False)
    email: object
    username: object
    door: str
    source: str
    tenant: Tenant
    language: str = ""
    proof: Proof | None = None


@dataclass(frozen=True)
class Accepted:
    """Written down. The reference is what the person is shown and staff can search for."""

    reference: str


@dataclass(frozen=True)
class TooMany:
    """This source, or everybody in this tenant together, asked too often; come back then."""

    until: datetime


def is_open(tenant: Tenant, door: str) -> bool:
    """Whether people may sign up here by this door (M2.1); where not, there is no such page."""
    return facts.is_open(tenant.pin_sign_up, door)


def work(tenant: Tenant, now: datetime) -> Needed | None:
    """The work that a sign-up must bring at this moment, for the page to begin with; None while there is none."""
    return proofs.needed(str(tenant.id), now)


def ask(asked: Asked, now: datetime) -> Accepted | Needed | TooMany:
    """Write one sign-up down, or say that this source or tenant must wait, or that work must be done first; raises
    WishRefused for a wrong form.

    A form that cannot be sent costs no place. What comes back says nothing about any PIN or person.
    """
    typed = Typed(asked.pin, asked.email, asked.username, asked.language)
    wish = wishes.read(typed, asked.tenant.identifier_pattern)
    for _ in range(_DRAWS):
        try:
            with scope.inside(asked.tenant.id), transaction.atomic():
                return _ask(asked, wish, now)
        except IntegrityError:
            continue  # the reference was taken: 40 bits are drawn again, and the counters were rolled back
    raise RuntimeError("five references in a row were taken")


def _ask(asked: Asked, wish: Wish, now: datetime) -> Accepted | Needed | TooMany:
    # the source first: whoever is over his own limit, or brings no proof, takes no place from his tenant
    if until := counters.take(limits.ASKING_BY_SOURCE, asked.source, now=now):
        return TooMany(until)
    tenant = str(asked.tenant.id)
    is_proven = proofs.accept(asked.proof, now)
    if not is_proven and (needed := proofs.needed(tenant, now)):
        return needed
    if until := counters.take(limits.ASKING_BY_TENANT, tenant, now=now, spread_by=asked.source):
        return TooMany(until)
    return Accepted(_write_down(asked, wish, now, is_proven=is_proven))


def _write_down(asked: Asked, wish: Wish, now: datetime, *, is_proven: bool) -> str:
    sign_up_id, drawn = uuid4(), reference.draw()
    row = SignUp(
        id=sign_up_id,
        tenant=asked.tenant,
        reference=drawn,
        door=asked.door,
        source=asked.source,
        is_proven=is_proven,
        sealed=wishes.seal_for(wish, sign_up_id),
        created_at=now,
        due_at=now,
    )
    rows.insert(row)
    transaction.on_commit(wake.ring)
    return drawn
