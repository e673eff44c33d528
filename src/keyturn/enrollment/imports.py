"""Importing people from a file: an operator starts it, a worker takes the rows, some at a time.

What was taken of a batch, what was refused and how far it came stand or fall together, under the fence of the
worker's claim; whoever goes on after a worker that died begins with the first row that nobody looked at. A trial
does all of it and lets the rows fall; it judges each against what is on record now.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F

from keyturn.audit import events
from keyturn.enrollment import rows
from keyturn.enrollment.on_record import By
from keyturn.lib import clock, leases, planning, points, wake
from keyturn.operators.models import Operator
from keyturn.people import importing
from keyturn.people.importing import PeopleRefused, Row, Seen
from keyturn.people.models import Import, ImportFile, RefusedRow
from keyturn.tenants import finding, scope

FILES_ARE_KEPT = timedelta(days=7)  # for the report of what was refused
_IMPORTS_ARE_KEPT = timedelta(days=90)
BATCH = 50  # rows of one transaction: few enough that nobody waits for its locks
_MANY = 1_000  # rows after which the database should count anew
log = structlog.get_logger("keyturn.enrollment")


@dataclass(frozen=True)
class Upload:
    """A file as it came, and what to do with it. `rank` is the operator's: nobody of it or above is changed."""

    content: bytes
    file_name: str
    is_trial: bool
    rank: int


@transaction.atomic
def start(upload: Upload, by: By) -> Import:
    """Write a file down for the workers. Raises FileRefused when it is no table of people."""
    count = len(importing.read(upload.content))
    started = Import.objects.create(
        file_name=upload.file_name,
        is_trial=upload.is_trial,
        started_by=by.actor,
        rank=upload.rank,
        rows=count,
        created_at=by.now,
        due_at=by.now,
    )
    ImportFile.objects.create(of=started, content=upload.content)
    events.record("import.started", at=by.now, actor=by.actor, subject=f"import:{started.pk}", trial=upload.is_trial)
    transaction.on_commit(wake.ring)
    return started


def cancel(one: Import, by: By) -> bool:
    """Stop after the rows that were taken; False when it had ended."""
    with transaction.atomic():
        under_way = Import.objects.filter(pk=one.pk, state__in=Import.UNDER_WAY)
        if not under_way.update(state=Import.CANCELLED, ended_at=by.now, due_at=None, lease_until=None, fence=None):
            return False
        events.record("import.cancelled", at=by.now, actor=by.actor, subject=f"import:{one.pk}")
    return True


def step() -> bool:
    """Go on with the import that has waited longest; False when there is none."""
    lease = timedelta(seconds=settings.KEYTURN_LEASE_SECONDS)
    claim = leases.claim(Import, now=clock.now(), lease=lease)
    if claim is None:
        return False
    with scope.inside(claim.tenant_id), leases.kept(Import, claim, lease):
        try:
            _run(claim)
        except leases.LeaseLost:
            log.info("import.lease_lost", of=str(claim.id))
    return True


def purge(now: datetime) -> None:
    """Destroy the files of the current tenant's imports that ended a week ago, and the imports after a quarter."""
    ImportFile.objects.filter(of__ended_at__lt=now - FILES_ARE_KEPT).delete()
    Import.objects.filter(ended_at__lt=now - _IMPORTS_ARE_KEPT).delete()


def _run(claim: leases.Claim) -> None:
    one = Import.objects.get(pk=claim.id)
    _advance(claim, state=Import.RUNNING)
    waiting = importing.read(bytes(ImportFile.objects.get(of=one).content))
    seen = Seen(finding.by_id(one.tenant_id).phone_region)
    for row in waiting[: one.next_row]:
        seen.claim(row)
    for first in range(one.next_row, len(waiting), BATCH):
        points.reach("import.batch")
        if not _may_go_on(one):
            cancel(one, By("worker", clock.now()))
            raise leases.LeaseLost
        _take(claim, one, waiting[first : first + BATCH], seen)
    _finish(claim, one)


def _may_go_on(one: Import) -> bool:
    """Whether whoever started it still may: somebody switched off or demoted meanwhile imports nobody more."""
    operator = Operator.objects.filter(pk=one.started_by.partition(":")[2]).first()
    return operator is not None and operator.has_perm("people.import_person") and operator.rank >= one.rank


def _take(claim: leases.Claim, one: Import, batch: list[Row], seen: Seen) -> None:
    means = rows.means(By(one.started_by, clock.now()), one.rank)
    done, refusals = Counter[str](), list[RefusedRow]()
    with transaction.atomic():
        with transaction.atomic():
            rows.hold(batch)
            for row in batch:
                try:
                    done[rows.take(row, seen, means)] += 1
                except PeopleRefused as refused:
                    refusals.append(
                        RefusedRow(of=one, line=row.line, field=refused.field[:60], reason=refused.reason)
                    )
            transaction.set_rollback(one.is_trial)
        RefusedRow.objects.bulk_create(refusals)
        counted = {name: F(name) + number for name, number in done.items()}
        _advance(claim, next_row=F("next_row") + len(batch), refused=F("refused") + len(refusals), **counted)


def _advance(claim: leases.Claim, **changes: Any) -> None:
    """Write progress under the claim's fence; raises LeaseLost when it was cancelled or taken over."""
    if not Import.objects.filter(pk=claim.id, fence=claim.fence).update(**changes):
        raise leases.LeaseLost


def _finish(claim: leases.Claim, one: Import) -> None:
    now = clock.now()
    with transaction.atomic():
        leases.settle(Import, claim, state=Import.DONE, ended_at=now, due_at=None)
        one.refresh_from_db()
        counts = {name: getattr(one, name) for name in ("created", "updated", "refused")}
        subject = f"import:{one.pk}"
        events.record("people.imported", at=now, actor=one.started_by, subject=subject, trial=one.is_trial, **counts)
    if one.created >= _MANY and not one.is_trial:
        planning.refresh()
