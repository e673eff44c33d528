"""Plans into rows: creates or updates, in one transaction for the whole file. Hashing happens before it.

What the file does not mention stays as it is, people above all. A list that is given (hosts, mail profiles, a
person's phones and other addresses) is the whole list. Passwords count only for those who are made.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F

from keyturn.audit import events
from keyturn.cli.world import granting, persons, posting
from keyturn.cli.world.complaints import Complaint, WorldRefused
from keyturn.cli.world.plans import OperatorPlan, PersonPlan, ProviderPlan, TenantPlan, World
from keyturn.directories import accounts
from keyturn.lib import hashing
from keyturn.operators.models import Operator
from keyturn.outbox.models import CellProvider
from keyturn.people.changes import OWNER
from keyturn.people.models import Person
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant, TenantHost


@dataclass
class Report:
    """What a load did: people by tenant's slug, made and already there."""

    created: dict[str, int] = field(default_factory=dict)
    updated: dict[str, int] = field(default_factory=dict)


def load(world: World, now: datetime, advance: Callable[[], None] = lambda: None) -> Report:
    """Put a world on record; raises WorldRefused. `advance` is called once for every person."""
    hashes, report = _hash_first_passwords(world), Report()
    with transaction.atomic():
        tenants = [_tenant(plan, now) for plan in world.tenants]
        _hosts(world, tenants)
        for plan, tenant in zip(world.tenants, tenants, strict=True):
            with scope.inside(tenant.pk):
                _furnish(plan, hashes, now)
                made = persons.load(plan, persons.Means(hashes, now, advance))
            report.created[plan.slug] = made
            report.updated[plan.slug] = len(plan.people) - made
    return report


def _hash_first_passwords(world: World) -> dict[object, object]:
    """The slow part, on all processors: prepared passwords by person's place and hashes by operator's plan."""
    people, operators = list(_new_people(world)), list(_new_operators(world))
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        prepared = pool.map(accounts.prepare_first, [plan.password for plan in people])
        hashed = pool.map(hashing.hash_password, [plan.password for _, plan in operators])
        return {
            **{plan.place: new for plan, new in zip(people, prepared, strict=True)},
            **{(slug, plan.username): phc for (slug, plan), phc in zip(operators, hashed, strict=True)},
        }


def _new_people(world: World) -> Iterator[PersonPlan]:
    for plan in world.tenants:
        tenant = Tenant.objects.filter(slug=plan.slug).first()
        there = set()
        if tenant:
            with scope.inside(tenant.pk):
                there = set(Person.objects.values_list("identifier_key", flat=True))
        yield from (one for one in plan.people if one.password and one.identifier_key not in there)


def _new_operators(world: World) -> Iterator[tuple[str, OperatorPlan]]:
    for plan in world.tenants:
        there = set(Operator.objects.filter(tenant__slug=plan.slug).values_list("username", flat=True))
        yield from ((plan.slug, one) for one in plan.operators if one.password and one.username not in there)


def _tenant(plan: TenantPlan, now: datetime) -> Tenant:
    tenant = Tenant.objects.filter(slug=plan.slug).first()
    changed = [name for name, value in plan.settings.items() if tenant and getattr(tenant, name) != value]
    if tenant is None:
        tenant = Tenant.objects.create(slug=plan.slug, **plan.settings)
        with scope.inside(tenant.pk):
            events.record("tenant.created", at=now, actor=OWNER)
    elif changed:
        for name in changed:
            setattr(tenant, name, plan.settings[name])
        tenant.settings_version = F("settings_version") + 1  # who has the page open in the console hears of it
        tenant.save(update_fields=[*changed, "settings_version"])
        with scope.inside(tenant.pk):
            events.record("tenant.updated", at=now, actor=OWNER, settings=sorted(changed))
    return tenant


def _hosts(world: World, tenants: list[Tenant]) -> None:
    """All that go first, then all that come, so that a host can move from one tenant to another."""
    wanted = {
        host: (plan, tenant) for plan, tenant in zip(world.tenants, tenants, strict=True) for host in plan.hosts
    }
    TenantHost.objects.filter(tenant__in=tenants).exclude(host__in=wanted).delete()
    there = {row.host: row for row in TenantHost.objects.filter(host__in=wanted).select_related("tenant")}
    named = {tenant.pk for tenant in tenants}
    for host, (plan, tenant) in wanted.items():
        row = there.get(host)
        if row and row.tenant_id not in named:
            message = f"{host} belongs to {row.tenant.slug}; hosts are unique in the installation"
            raise WorldRefused(Complaint(plan.place.line, f"{plan.place.path}.hosts", message))
        if row is None or row.tenant_id != tenant.pk:
            TenantHost.objects.update_or_create(host=host, defaults={"tenant": tenant})


def _furnish(plan: TenantPlan, hashes: dict, now: datetime) -> None:
    """Everything in a tenant that people may refer to."""
    posting.furnish(plan, now)
    for one in plan.providers:
        _provider(one, now)
    granting.furnish(plan, now)
    for one in plan.operators:
        _operator(one, hashes.get((plan.slug, one.username), ""), now)
    posting.place_operators(plan, now)


def _provider(plan: ProviderPlan, now: datetime) -> None:
    said = {"sms_domain": plan.sms_domain, "number_format": plan.number_format, "ends_on": plan.ends_on}
    if CellProvider.objects.filter(name=plan.name, **said).exists():
        return
    CellProvider.objects.update_or_create(name=plan.name, defaults=said)
    events.record("cell_provider.saved", at=now, actor=OWNER, name=plan.name)


def _operator(plan: OperatorPlan, phc: str, now: datetime) -> None:
    mine = Operator.objects.filter(tenant_id=scope.current_id(), username=plan.username)
    if not mine.exists():
        made = Operator.objects.create(
            tenant_id=scope.current_id(),
            username=plan.username,
            email=plan.email,
            role=plan.role,
            password=phc,
            created_at=now,
        )
        events.record("operator.created", at=now, actor=OWNER, subject=f"operator:{made.pk}")
    elif plan.email and mine.exclude(email=plan.email).update(email=plan.email):
        events.record("operator.updated", at=now, actor=OWNER, subject=f"operator:{mine.get().pk}")
