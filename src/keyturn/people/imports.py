"""Imports from files, whatever they are of: an operator starts one, a worker takes the rows, some at a time.

What was taken of a batch, what was refused and how far it came stand or fall together, under the fence of the
worker's claim; whoever goes on after a worker that died begins with the first row that nobody looked at. A trial
does all of it and lets the rows fall; it judges each against what is on record now.

    class People(Kind): …           a room says what its files are of, and how a row of one is taken
    start(KIND, upload, now, …)     from the console
    step(KIND)                      a duty
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.functional import Promise

from keyturn.audit import events
from keyturn.lib import clock, leases, planning, points, wake
from keyturn.operators.models import Operator
from keyturn.people.core.table import Row
from keyturn.people.models import Import, ImportFile, RefusedRow
from keyturn.tenants import scope

FILES_ARE_KEPT = timedelta(days=7)  # for the report of what was refused
_IMPORTS_ARE_KEPT = timedelta(days=90)
_MANY = 1_000  # rows after which the database should count anew
log = structlog.get_logger("keyturn.people")


@dataclass(frozen=True)
class Upload:
    """A file as it came, and what to do with it. `rank` is the operator's: nobody of it or above is changed."""

    content: bytes
    file_name: str
    is_trial: bool
    rank: int


@dataclass(frozen=True)
class Kept:
    """What is kept of a file: as Kind.read reads it again, how many rows it has, and what only the worker may see."""

    content: bytes
    rows: int
    sealed: bytes | None = None


class Taker(Protocol):
    """One file on its way: its rows, and how they are put on record."""

    rows: list[Row]

    def skip(self, row: Row) -> None:
        """This row was looked at before; those to come may not want what it wanted."""

    def taking(self, batch: list[Row], now: datetime) -> Callable[[Row], str]:
        """Begin with these rows, inside their transaction. What is returned takes one: `created` or `updated`."""


class Kind(ABC):
    """What files are of. `refused` is what a row that cannot be taken raises, with its `field` and `reason`."""

    name: str
    permission: str  # of whoever may start one; lost meanwhile, the import ends
    columns: tuple[str, ...]
    batch: int  # rows of one transaction: few enough that nobody waits for its locks
    refused: type[Exception]

    @abstractmethod
    def keep(self, content: bytes, of: Import) -> Kept:
        """What is kept of a file; raises FileRefused when it is no such table."""

    @abstractmethod
    def read(self, content: bytes) -> list[Row]:
        """The rows of what was kept, without what was sealed."""

    @abstractmethod
    def begin(self, one: Import, file: ImportFile) -> Taker:
        """The file on its way. For the worker."""

    @abstractmethod
    def record(self, **told: Any) -> None:
        """Write into the audit that an import came to its end."""

    @abstractmethod
    def explain(self, reason: str) -> Promise:
        """The sentence for a row's reason."""


@transaction.atomic
def start(kind: Kind, upload: Upload, now: datetime, *, actor: str) -> Import:
    """Write a file down for the workers. Raises FileRefused."""
    started = Import(
        kind=kind.name,
        file_name=upload.file_name,
        is_trial=upload.is_trial,
        started_by=actor,
        rank=upload.rank,
        created_at=now,
        due_at=now,
    )
    kept = kind.keep(upload.content, started)
    started.rows = kept.rows
    started.save(force_insert=True)
    ImportFile.objects.create(of=started, content=kept.content, sealed=kept.sealed)
    told = {"trial": upload.is_trial, "kind": kind.name}
    events.record("import.started", at=now, actor=actor, subject=f"import:{started.pk}", **told)
    transaction.on_commit(wake.ring)
    return started


def cancel(one: Import, now: datetime, *, actor: str) -> bool:
    """Stop after the rows that were taken; False when it had ended."""
    with transaction.atomic():
        under_way = Import.objects.filter(pk=one.pk, state__in=Import.UNDER_WAY)
        if not under_way.update(state=Import.CANCELLED, ended_at=now, due_at=None, lease_until=None, fence=None):
            return False
        _destroy_secrets(one)
        events.record("import.cancelled", at=now, actor=actor, subject=f"import:{one.pk}")
    return True


def step(kind: Kind) -> bool:
    """Go on with the import of this kind that has waited longest; False when there is none."""
    lease = timedelta(seconds=settings.KEYTURN_LEASE_SECONDS)
    claim = leases.claim(Import, now=clock.now(), lease=lease, only={"kind": (kind.name,)})
    if claim is None:
        return False
    with scope.inside(claim.tenant_id), leases.kept(Import, claim, lease):
        try:
            _run(kind, claim)
        except leases.LeaseLost:
            log.info("import.lease_lost", of=str(claim.id))
    return True


def purge(now: datetime) -> None:
    """Destroy the files of the current tenant's imports that ended a week ago, and the imports after a quarter."""
    ImportFile.objects.filter(of__ended_at__lt=now - FILES_ARE_KEPT).delete()
    Import.objects.filter(ended_at__lt=now - _IMPORTS_ARE_KEPT).delete()


def _run(kind: Kind, claim: leases.Claim) -> None:
    one = Import.objects.get(pk=claim.id)
    _advance(claim, state=Import.RUNNING)
    taker = kind.begin(one, ImportFile.objects.get(of=one))
    for row in taker.rows[: one.next_row]:
        taker.skip(row)
    for first in range(one.next_row, len(taker.rows), kind.batch):
        points.reach("import.batch")
        if not _may_go_on(kind, one):
            cancel(one, clock.now(), actor="worker")
            raise leases.LeaseLost
        _take(kind, claim, one, (taker, taker.rows[first : first + kind.batch]))
    _finish(kind, claim, one)


def _may_go_on(kind: Kind, one: Import) -> bool:
    """Whether whoever started it still may: somebody switched off or demoted meanwhile imports nothing more."""
    operator = Operator.objects.filter(pk=one.started_by.partition(":")[2]).first()
    return operator is not None and operator.has_perm(kind.permission) and operator.rank >= one.rank


def _take(kind: Kind, claim: leases.Claim, one: Import, part: tuple[Taker, list[Row]]) -> None:
    taker, batch = part
    done, refusals = Counter[str](), list[RefusedRow]()
    with transaction.atomic():
        with transaction.atomic():
            take = taker.taking(batch, clock.now())
            for row in batch:
                try:
                    done[take(row)] += 1
                except kind.refused as refused:
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


def _finish(kind: Kind, claim: leases.Claim, one: Import) -> None:
    now = clock.now()
    with transaction.atomic():
        leases.settle(Import, claim, state=Import.DONE, ended_at=now, due_at=None)
        _destroy_secrets(one)
        one.refresh_from_db()
        counts = {name: getattr(one, name) for name in ("created", "updated", "refused")}
        kind.record(at=now, actor=one.started_by, subject=f"import:{one.pk}", trial=one.is_trial, **counts)
    if one.created >= _MANY and not one.is_trial:
        planning.refresh()


def _destroy_secrets(one: Import) -> None:
    """What was sealed is needed for taking rows alone; the rest of the file is the report's, for some days."""
    ImportFile.objects.filter(of=one).exclude(sealed=None).update(sealed=None)
