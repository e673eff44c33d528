"""Blind intake: "I forgot", written down and answered, without looking at anybody.

No table of people, accounts or addresses is read here. For a name that is known, unknown, inactive or asked for
too often, the same statements run, so there is nothing to see and nothing to time from outside.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from keyturn.audit import events
from keyturn.lib import rows, seal, wake
from keyturn.limits import counters
from keyturn.people import identifiers
from keyturn.recovery import limits
from keyturn.recovery.core import reference
from keyturn.recovery.core.claim import Claim
from keyturn.recovery.models import Intake
from keyturn.tenants.models import Tenant

_DRAWS = 5


@dataclass(frozen=True)
class Asked:
    """What was asked, by which door and from where. `tenant` is None where the worker must find it."""

    claim: Claim
    method: str
    door: str
    source: str
    tenant: Tenant | None


@dataclass(frozen=True)
class Accepted:
    """Written down. The reference is what the person is shown and what staff can search for."""

    reference: str


@dataclass(frozen=True)
class TooMany:
    """This source, or everybody in this tenant together, asked too often; come back then."""

    until: datetime


def ask(asked: Asked, now: datetime) -> Accepted | TooMany:
    """Write one intake, or say that this source or tenant must wait. Never says anything about a person."""
    for _ in range(_DRAWS):
        try:
            with transaction.atomic():
                return _ask(asked, now)
        except IntegrityError:
            continue  # the reference was taken: 40 bits are drawn again, and the counters were rolled back
    raise RuntimeError("five references in a row were taken")


def _ask(asked: Asked, now: datetime) -> Accepted | TooMany:
    # the source first: whoever is over his own limit takes no place from his tenant
    if until := counters.take(limits.ASKING_BY_SOURCE, asked.source, now=now):
        return TooMany(until)
    room = str(asked.tenant.id) if asked.tenant else "installation"
    name = identifiers.key(asked.claim.name)
    # each method for itself: asking by one that is not allowed here must not use up the one that is
    over_limit = not counters.has_taken(limits.ASKING_BY_NAME, room, asked.method, name, now=now)
    if until := counters.take(limits.ASKING_BY_TENANT, room, now=now, spread_by=asked.source):
        _raise_alarm(asked, now)
        return TooMany(until)
    return Accepted(_write_down(asked, over_limit, now))


def _write_down(asked: Asked, over_limit: bool, now: datetime) -> str:
    intake_id = uuid4()
    drawn = reference.draw()
    row = Intake(
        id=intake_id,
        tenant=asked.tenant,
        reference=drawn,
        method=asked.method,
        door=asked.door,
        source=asked.source,
        over_limit=over_limit,
        sealed_claim=seal.seal("intake", json.dumps(asdict(asked.claim)).encode(), context(intake_id)),
        created_at=now,
        due_at=now,
    )
    rows.insert(row)
    transaction.on_commit(wake.ring)
    return drawn


def context(intake_id: UUID) -> str:
    """What a sealed claim is bound to: copied into another intake it does not open."""
    return f"intake|{intake_id}"


def _raise_alarm(asked: Asked, now: datetime) -> None:
    """One audit event in a window: somebody floods this tenant, or it has grown out of its limit."""
    if asked.tenant and counters.has_taken(limits.ALERTS_BY_TENANT, str(asked.tenant.id), now=now):
        events.record("recovery.flooded", at=now, actor="anonymous", source=asked.source)
