"""`keyturn people import FILE.csv`: rows that can be taken are, every other one is reported with its reason."""

import sys
from argparse import Namespace
from collections import Counter
from pathlib import Path

from django.db import transaction

from keyturn.cli.progress import Bar
from keyturn.cli.refusal import CommandRefused
from keyturn.enrollment import rows as enrollment
from keyturn.enrollment.on_record import By
from keyturn.enrollment.rows import Means
from keyturn.lib import clock, planning
from keyturn.people import importing, wording
from keyturn.people.changes import OWNER
from keyturn.people.importing import FileRefused, PeopleRefused, Row, Seen
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant


def run(given: Namespace) -> int:
    """Import a file; exit code 1 when a row was refused."""
    tenant, rows = _tenant(given.tenant), _rows(Path(given.file))
    seen = Seen(tenant.phone_region)
    with scope.inside(tenant.pk):
        done = _try_out(rows, seen) if given.dry_run else _import(rows, seen)
    would = "would be " if given.dry_run else ""
    print(f"{done['created']} {would}created, {done['updated']} {would}updated, {done['refused']} {would}refused")
    return 1 if done["refused"] else 0


def _import(rows: list[Row], seen: Seen) -> Counter[str]:
    """Row by row, each in its own transaction: what is done stays done when the next one is refused."""
    means, done = enrollment.means(By(OWNER, clock.now())), Counter[str]()
    with Bar("people", len(rows)) as bar:
        for row in rows:
            done[_take(row, seen, means)] += 1
            bar.advance()
    planning.refresh()
    return done


def _try_out(rows: list[Row], seen: Seen) -> Counter[str]:
    """The same, undone at the end."""
    with transaction.atomic():
        done = _import(rows, seen)
        transaction.set_rollback(True)
    return done


def _take(row: Row, seen: Seen, means: Means) -> str:
    try:
        return enrollment.take(row, seen, means)
    except PeopleRefused as refused:
        print(f"line {row.line}: {refused.field}: {refused.reason}", file=sys.stderr)
        return "refused"


def _tenant(slug: str) -> Tenant:
    tenants = {tenant.slug: tenant for tenant in Tenant.objects.all()}
    if not slug and len(tenants) == 1:
        return next(iter(tenants.values()))
    if slug not in tenants:
        known = ", ".join(sorted(tenants)) or "none yet; load a world first"
        raise CommandRefused(f"Name a tenant with --tenant SLUG; there are: {known}")
    return tenants[slug]


def _rows(path: Path) -> list[Row]:
    try:
        with path.open("rb") as file:
            return importing.read(file.read(importing.MOST_BYTES + 1))
    except OSError as problem:
        raise CommandRefused(f"{path} cannot be read: {problem.strerror}") from problem
    except FileRefused as problem:
        raise CommandRefused(f"{path}: {wording.explain_file(problem)}") from problem
