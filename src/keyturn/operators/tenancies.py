"""What owners of the installation do with tenants: make one, suspend and wake it, give it host names.

A suspension works within a second everywhere: every sign-in, session, link and page asks for the tenant's status,
and no process keeps it for longer (door.tenancy). Everything is written in the tenant's audit, where it can be seen
by those whom it concerns.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, transaction

from keyturn.audit import events
from keyturn.lib import origins
from keyturn.operators import record, welcome
from keyturn.operators.models import Operator
from keyturn.operators.roles import Role
from keyturn.operators.staff import Invited
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant, TenantHost


class Refusal(StrEnum):
    """Why it cannot be done."""

    SLUG_TAKEN = "slug_taken"
    HOST_TAKEN = "host_taken"
    LINKS_NEED_IT = "links_need_it"


@dataclass(frozen=True)
class NewTenant:
    """An organization to be, and who rules it first. `public_url` is an origin whose host becomes its first."""

    slug: str
    name: str
    public_url: str
    language: str
    owner_name: str
    owner_email: str


def create(new: NewTenant, owner: Operator, now: datetime) -> Invited | Refusal:
    """Make the tenant, its host name and its first operator, who gets a link to choose a password."""
    try:
        with transaction.atomic():
            if Tenant.objects.filter(slug=new.slug).exists():
                return Refusal.SLUG_TAKEN
            tenant = Tenant.objects.create(
                slug=new.slug, name=new.name, public_url=new.public_url, language=new.language
            )
            TenantHost.objects.create(host=origins.host_of(new.public_url), tenant=tenant)
            first = Operator.objects.create(
                tenant=tenant, username=new.owner_name, email=new.owner_email, role=Role.OWNER, created_at=now
            )
            _write(tenant, "tenant.created", owner, now)
            record.about(first, "operator.created", at=now, actor=record.of(owner), role=Role.OWNER)
            return Invited(first, welcome.make(first, now))
    except IntegrityError:  # somebody has that slug or host, since a moment ago or for long
        return Refusal.HOST_TAKEN


def suspend(tenant: Tenant, owner: Operator, reason: str, now: datetime) -> bool:
    """Shut the tenant: nobody signs in, no link works, no message leaves. False when it was shut already."""
    return _switch(tenant, (Tenant.ACTIVE, Tenant.SUSPENDED), _Act("tenant.suspended", owner, reason), now)


def resume(tenant: Tenant, owner: Operator, reason: str, now: datetime) -> bool:
    """Open it again; False when it was open."""
    return _switch(tenant, (Tenant.SUSPENDED, Tenant.ACTIVE), _Act("tenant.resumed", owner, reason), now)


def add_host(tenant: Tenant, host: str, owner: Operator, now: datetime) -> Refusal | None:
    """Give the tenant one more host name; one that another tenant has is refused."""
    try:
        with transaction.atomic():
            TenantHost.objects.create(host=host, tenant=tenant)
            _write(tenant, "tenant_host.added", owner, now, host=host)
    except IntegrityError:
        return Refusal.HOST_TAKEN
    return None


def remove_host(tenant: Tenant, host: str, owner: Operator, now: datetime) -> Refusal | None:
    """Take a host name away, unless the links in messages begin with it."""
    with transaction.atomic():
        public_url = Tenant.objects.select_for_update().values_list("public_url", flat=True).get(pk=tenant.pk)
        if origins.host_of(public_url) == host:
            return Refusal.LINKS_NEED_IT
        if TenantHost.objects.filter(host=host, tenant=tenant).delete()[0]:
            _write(tenant, "tenant_host.removed", owner, now, host=host)
    return None


@dataclass(frozen=True)
class _Act:
    """What is written down, who did it, and why."""

    action: str
    owner: Operator
    why: str


def _switch(tenant: Tenant, change: tuple[str, str], act: _Act, now: datetime) -> bool:
    before, after = change
    with transaction.atomic():
        if Tenant.objects.filter(pk=tenant.pk, status=before).update(status=after) != 1:
            return False
        _write(tenant, act.action, act.owner, now, why=act.why)
    return True


def _write(tenant: Tenant, action: str, owner: Operator, now: datetime, **details: str) -> None:
    """In the tenant's audit, and in the installation's own book."""
    with scope.inside(tenant.pk):
        events.record(action, at=now, actor=record.of(owner), **details)
    record.installation(action, at=now, actor=record.of(owner), subject=f"tenant:{tenant.pk}", **details)
