"""Whom a change of settings would stop from recovering: the decision of real requests, asked twice, before saving.

    preview = preview.ask(Change(wanted, "recovery", version), now, asked_by=…)     the door writes it down
    preview = preview.ask(Removal(profile.pk, "mail", version), now, asked_by=…)    or: the last way out of mail
    preview.step()                                                                  the worker counts, part by part

The worker looks at some people at a time and gives the row back, so that a tenant of a million holds nothing up, and
the page shows how far it is.
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from keyturn.lib import clock, leases, rows, wake
from keyturn.people import identifiers
from keyturn.people.models import Person
from keyturn.recovery import readiness
from keyturn.recovery.core.facts import Method
from keyturn.recovery.models import Preview
from keyturn.tenants import finding, scope
from keyturn.tenants.models import Tenant

# the settings that decide whether somebody may recover; a test asks that the policy's facts know no other
RULING = frozenset(
    {
        "allow_password_reset_via_email",
        "allow_mobile_password_reset",
        "allow_link_on_portal",
        "allow_link_in_api",
        "fresh_address_hours",
        "identifier_pattern",
    }
)
LISTED = 200  # people who are shown by name
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Change:
    """Settings as they would be saved, in which tab, made from which version."""

    wanted: Mapping[str, Any]
    tab: str
    version: int


@dataclass(frozen=True)
class Removal:
    """The last mail profile, which would be removed at this version of its own: nobody is written to without one."""

    mail_profile: UUID
    tab: str
    version: int


def concerns(changed: Mapping[str, Any]) -> bool:
    """Whether saving this could keep anybody from recovering."""
    return bool(RULING & changed.keys())


def ask(change: Change | Removal, now: datetime, *, asked_by: str) -> Preview:
    """Write a preview down for the worker."""
    preview = Preview(
        id=uuid4(),
        tenant_id=scope.current_id(),
        wanted=dict(change.wanted) if isinstance(change, Change) else {},
        mail_profile=change.mail_profile if isinstance(change, Removal) else None,
        tab=change.tab,
        version=change.version,
        asked_by=asked_by,
        total=Person.objects.count(),
        created_at=now,
        due_at=now,
    )
    with transaction.atomic():
        rows.insert(preview)
        transaction.on_commit(wake.ring)
    return preview


def step() -> bool:
    """Look at the next people of the preview that waits longest; False when there is none."""
    now = clock.now()
    lease = timedelta(seconds=settings.KEYTURN_LEASE_SECONDS)
    claim = leases.claim(Preview, now=now, lease=lease)
    if claim is None:
        return False
    with scope.inside(claim.tenant_id):
        try:
            leases.settle(Preview, claim, **_next(Preview.objects.get(pk=claim.id), now))
        except leases.LeaseLost:
            return True
    return True


def purge(now: datetime) -> int:
    """Forget the current tenant's previews after a day; returns how many."""
    return Preview.objects.filter(created_at__lt=now - KEPT).delete()[0]


def _next(preview: Preview, now: datetime) -> dict[str, Any]:
    """What the row says after the next part of the people."""
    people = _part(preview.after)
    found = _compared(people, preview, now)
    is_last = len(people) < readiness.PART
    return {
        "seen": preview.seen + len(people),
        "stopped": preview.stopped + len(found.stopped),
        "narrowed": preview.narrowed + found.narrowed,
        "listed": [*preview.listed, *(str(one.pk) for one in found.stopped)][:LISTED],
        "after": people[-1].pk if people else preview.after,
        "due_at": None if is_last else now,
        "ended_at": now if is_last else None,
    }


def _part(after: UUID | None) -> list[Person]:
    rest = Person.objects.order_by("pk").select_related("cell_provider")
    return list((rest.filter(pk__gt=after) if after else rest)[: readiness.PART])


@dataclass(frozen=True)
class _Found:
    stopped: list[Person]
    narrowed: int


def _compared(people: list[Person], preview: Preview, now: datetime) -> _Found:
    tenant = finding.by_id(scope.current_id())
    then = copy.copy(tenant)
    for name, value in preview.wanted.items():
        setattr(then, name, value)
    kept = _no_ways(people) if preview.mail_profile else _ways(people, then, now)
    ways = zip(people, _ways(people, tenant, now), kept, strict=True)
    stopped, narrowed = [], 0
    for person, before, after in ways:
        if before and not after:
            stopped.append(person)
        elif before - after:
            narrowed += 1
    return _Found(stopped, narrowed)


def _no_ways(people: list[Person]) -> list[set[Method]]:
    """Each way begins with an email (M0.10), and without a mail profile none leaves."""
    return [set() for _ in people]


def _ways(people: list[Person], tenant: Tenant, now: datetime) -> list[set[Method]]:
    """The ways back in that are open to each; the one by the pages only with a user name that the pages take."""
    ready = readiness.of_many(people, tenant, now)
    ways = [{way.method for way in one.ways if way.is_open} for one in ready]
    for person, open_ways in zip(people, ways, strict=True):
        if not identifiers.well_formed(person.identifier, tenant.identifier_pattern):
            open_ways.discard(Method.LINK)
    return ways
