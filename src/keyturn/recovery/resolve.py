"""Resolving an intake: the worker's first look at whom it is about.

    claim the intake ▶ open it ▶ which tenants ▶ in each: facts ▶ policy ▶ one transaction
        {recovery, secrets, messages, audit event; with the last tenant's, the end of the intake}

A worker may die anywhere: before the commit nothing was written and the lease runs out; after it nothing is left
to do. An intake that is resolved again in a tenant that already has its recovery makes no second one.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction

from keyturn.audit import events
from keyturn.lib import clock, leases, points, rows, seal
from keyturn.lib.leases import LeaseLost
from keyturn.recovery import finder, intake, issuing, limits, routing
from keyturn.recovery.core import policy
from keyturn.recovery.core.claim import Claim
from keyturn.recovery.core.facts import Method
from keyturn.recovery.core.policy import Allowed, Channel
from keyturn.recovery.finder import Found, Request
from keyturn.recovery.issuing import Draft, Order
from keyturn.recovery.models import Intake, Recovery
from keyturn.tenants import finding, prepared, scope
from keyturn.tenants.models import Tenant

MOST_TRIES = 20  # an intake at which so many workers died is given up, so that it kills no more
log = structlog.get_logger("keyturn.recovery")


@dataclass(frozen=True)
class _Work:
    """An intake in our hands, opened."""

    lease: leases.Claim
    intake: Intake
    request: Request
    now: datetime


def step() -> bool:
    """Resolve the intake that has waited longest; False when none waits."""
    now = clock.now()
    lease = leases.claim(Intake, now=now, lease=timedelta(seconds=settings.KEYTURN_LEASE_SECONDS))
    if lease is None:
        return False
    points.reach("resolve.claimed")
    try:
        _resolve(lease, now)
    except LeaseLost:
        log.warning("resolve.lease_lost", intake=str(lease.id))
    return True


def _resolve(lease: leases.Claim, now: datetime) -> None:
    row = _intake(id=lease.id)
    request = _open(row) if lease.attempts <= MOST_TRIES else None
    if request is None:
        log.error("resolve.given_up", reference=row.reference, attempts=lease.attempts)
        _settle(lease, now)
        return
    work = _Work(lease, row, request, now)
    tenants = routing.tenants_of(row.tenant_id, request.claim)
    for tenant_id in tenants:
        with scope.inside(tenant_id):
            _recover(work, finding.by_id(tenant_id), is_last=tenant_id == tenants[-1])
    if not tenants:
        _settle(lease, now)


@prepared.one
def _intake(id):
    return Intake.objects.filter(pk=id)


def _open(row: Intake) -> Request | None:
    """What was asked; None when it was sealed for another row or by keys that are gone."""
    try:
        said = seal.unseal("intake", row.sealed_claim, intake.context(row.id))
    except seal.SealBroken:
        return None
    return Request(Claim(**json.loads(said)), Method(row.method), row.over_limit, row.door)


def _recover(work: _Work, tenant: Tenant, *, is_last: bool) -> None:
    """Decide and write, in one tenant. Whoever loses a race for the last place under a limit decides again."""
    while True:
        found = finder.find(work.request, tenant, work.now)
        decision = policy.decide(found.facts, work.now)
        drafts = issuing.draft(work.request.method, decision.channels) if isinstance(decision, Allowed) else ()
        points.reach("resolve.decided")
        try:
            with transaction.atomic():
                if not _is_recovered(work):
                    _write(_Case(work, tenant, found, decision), drafts)
                if is_last:
                    _settle(work.lease, work.now)
                points.reach("resolve.written")
        except limits.PlaceLost:
            continue
        points.reach("resolve.committed")
        return


def _is_recovered(work: _Work) -> bool:
    """Whether a worker that died had come as far as this tenant."""
    return work.lease.attempts > 1 and Recovery.objects.filter(intake_id=work.intake.id).exists()


@dataclass(frozen=True)
class _Case:
    """What one tenant knows of the work, and what was decided."""

    work: _Work
    tenant: Tenant
    found: Found
    decision: Allowed | policy.Refused


def _write(case: _Case, drafts: tuple[Draft, ...]) -> None:
    now = case.work.now
    if isinstance(case.decision, Allowed):
        limits.take(_places(case), now)
        recovery = _row_of_log(case, state=Recovery.OPEN)
        recovery.channels = issuing.issue(Order(recovery, case.found, case.tenant, now), drafts)
    else:
        recovery = _row_of_log(case, state=Recovery.REFUSED, reason=case.decision.reason, ended_at=now)
    rows.insert(recovery)
    _record(recovery, now)


def _places(case: _Case) -> list[limits.Place]:
    found = case.found
    sms = [found.sms] if Channel.SMS in case.decision.channels else []
    return [finder.place_of(whom, case.tenant) for whom in (found.account, found.email, *sms)]


def _row_of_log(case: _Case, **more: Any) -> Recovery:
    """A line of the request log, not saved yet."""
    asked = case.work.intake
    return Recovery(
        tenant=case.tenant,
        intake_id=asked.id,
        reference=asked.reference,
        person=case.found.person,
        account=case.found.account,
        method=asked.method,
        door=asked.door,
        source=asked.source,
        claimed=case.work.request.claim.masked,
        rules=policy.explain(case.found.facts, case.work.now),
        created_at=case.work.now,
        **more,
    )


def _record(recovery: Recovery, now: datetime) -> None:
    subject = f"person:{recovery.person_id}" if recovery.person_id else ""
    who = {"at": now, "actor": "anonymous", "subject": subject, "source": recovery.source}
    told = {"method": recovery.method, "reference": recovery.reference}
    if recovery.state == Recovery.REFUSED:
        events.record("recovery.refused", reason=recovery.reason, **who, **told)
    else:
        events.record("recovery.opened", channels=recovery.channels, **who, **told)


def _settle(lease: leases.Claim, now: datetime) -> None:
    """The intake is done: what was claimed is destroyed."""
    leases.settle(Intake, lease, sealed_claim=None, resolved_at=now, due_at=None)
