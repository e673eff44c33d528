"""`keyturn people import FILE.csv`: rows that can be taken are, every other one is reported with its reason."""

import sys
from argparse import Namespace
from collections import Counter
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction

from keyturn.cli.progress import Bar
from keyturn.cli.refusal import CommandRefused
from keyturn.directories import accounts
from keyturn.lib import clock, planning
from keyturn.outbox.models import CellProvider
from keyturn.people import importing
from keyturn.people.changes import PeopleRefused
from keyturn.people.importing import FileRefused, Row
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant


def run(given: Namespace) -> int:
    """Import a file; exit code 1 when a row was refused."""
    tenant, rows = _tenant(given.tenant), _rows(Path(given.file))
    with scope.inside(tenant.pk):
        done = _try_out(rows) if given.dry_run else _import(rows)
    would = "would be " if given.dry_run else ""
    print(f"{done['created']} {would}created, {done['updated']} {would}updated, {done['refused']} {would}refused")
    return 1 if done["refused"] else 0


def _import(rows: list[Row]) -> Counter[str]:
    """Row by row, each in its own transaction: what is done stays done when the next one is refused."""
    providers, now, done = dict(CellProvider.objects.values_list("name", "pk")), clock.now(), Counter[str]()
    with Bar("people", len(rows)) as bar:
        for row in rows:
            done[_save(row, providers, now)] += 1
            bar.advance()
    planning.refresh()
    return done


def _try_out(rows: list[Row]) -> Counter[str]:
    """The same, undone at the end."""
    with transaction.atomic():
        done = _import(rows)
        transaction.set_rollback(True)
    return done


def _save(row: Row, providers: dict[str, UUID], now: datetime) -> str:
    try:
        with transaction.atomic():
            person, is_new = importing.save(row, providers, now)
            if is_new:
                accounts.open(person, person.identifier, now)
    except PeopleRefused as refused:
        print(f"line {row.line}: {refused.field}: {refused.reason}", file=sys.stderr)
        return "refused"
    return "created" if is_new else "updated"


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
        raise CommandRefused(f"{path}: {problem}") from problem
