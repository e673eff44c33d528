"""Resolving a sign-up: the worker's look at a PIN, and what comes of it.

    claim the row ▶ open it ▶ count and compare the PIN ▶ facts ▶ policy ▶ one transaction
        {use taken, person, rights, temporary password, message, audit; the end of the row}

A worker may die anywhere: before the commit nothing was written but a counted guess, and the lease runs out; after it
nothing is left to do. Whoever loses a race for a use, a name or a place decides again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction

from keyturn.audit import events
from keyturn.enrollment import admitting, finding, guessing, telling, wishes
from keyturn.enrollment.admitting import Outrun
from keyturn.enrollment.core import policy
from keyturn.enrollment.core.policy import Reason
from keyturn.enrollment.finding import Found
from keyturn.enrollment.models import SignUp
from keyturn.enrollment.wishes import Wish
from keyturn.lib import clock, leases, points
from keyturn.lib.leases import LeaseLost
from keyturn.people.models import Person
from keyturn.tenants import finding as tenants
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

MOST_TRIES = 20  # a sign-up at which so many workers died is given up, so that it kills no more
GIVEN_UP = "given_up"
_ROUNDS = 20  # each lost race is somebody else's success; more than that is something else
log = structlog.get_logger("keyturn.enrollment")


@dataclass(frozen=True)
class _Work:
    """A sign-up in our hands, opened."""

    lease: leases.Claim
    sign_up: SignUp
    wish: Wish
    tenant: Tenant
    now: datetime


def step() -> bool:
    """Resolve the sign-up that has waited longest; False when none waits."""
    now = clock.now()
    lease = leases.claim(SignUp, now=now, lease=timedelta(seconds=settings.KEYTURN_LEASE_SECONDS))
    if lease is None:
        return False
    points.reach("sign_up.claimed")
    with scope.inside(lease.tenant_id):
        try:
            _resolve(lease, now)
        except LeaseLost:
            log.warning("sign_up.lease_lost", sign_up=str(lease.id))
    return True


def _resolve(lease: leases.Claim, now: datetime) -> None:
    sign_up = SignUp.objects.get(pk=lease.id)
    wish = wishes.opened(sign_up.sealed, sign_up.pk) if lease.attempts <= MOST_TRIES else None
    if wish is None:
        log.error("sign_up.given_up", reference=sign_up.reference, attempts=lease.attempts)
        leases.settle(SignUp, lease, state=SignUp.REFUSED, reason=GIVEN_UP, sealed=None, ended_at=now, due_at=None)
        return
    work = _Work(lease, sign_up, wish, tenants.by_id(lease.tenant_id), now)
    guess = guessing.compare(wish.pin_text, sign_up.source, now, is_proven=sign_up.is_proven)
    points.reach("sign_up.compared")
    for _ in range(_ROUNDS):
        found = finding.find(sign_up, wish, guess, work.tenant, now)
        try:
            _decide(work, found)
        except Outrun:
            continue
        points.reach("sign_up.committed")
        return
    raise RuntimeError("a sign-up lost every race")


def _decide(work: _Work, found: Found) -> None:
    """Decide, and write what was decided; raises Outrun when somebody else was faster."""
    reason = policy.decide(found.facts, work.now)
    admission = None if reason else admitting.prepare(work.wish, found, work.now)
    points.reach("sign_up.decided")
    with transaction.atomic():
        if admission:
            _settle(work, found, person=admission.write())
        else:
            if reason in policy.TOLD and not telling.taken(work.wish, found, work.now):
                raise Outrun
            _settle(work, found, reason=reason)
        points.reach("sign_up.written")


def _settle(work: _Work, found: Found, *, person: Person | None = None, reason: Reason | None = None) -> None:
    """The sign-up is looked at: what was typed is destroyed, and the log says what came of it."""
    leases.settle(
        SignUp,
        work.lease,
        state=SignUp.ACCEPTED if person else SignUp.REFUSED,
        reason=reason or "",
        outcomes=policy.explain(found.facts, work.now),
        pin=found.pin.pk if found.pin else None,
        person=person.pk if person else None,
        sealed=None,
        ended_at=None if person else work.now,
        due_at=None,
    )
    who = {"at": work.now, "actor": "anonymous", "source": work.sign_up.source}
    told = {"reference": work.sign_up.reference, "pin": str(found.pin.pk) if found.pin else ""}
    if person:
        events.record("sign_up.accepted", subject=f"person:{person.pk}", **who, **told)
    else:
        events.record("sign_up.refused", reason=reason, **who, **told)
