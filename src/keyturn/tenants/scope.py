"""The wall between tenants: outside a tenant there are no rows.

`inside(tenant)` opens one tenant's room for the code within. The default manager raises outside of one, and on
PostgreSQL the same tenant is told to the connection, where row-level security (`walls.py`) filters again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, models

from keyturn.lib import rows

_current: ContextVar[UUID | None] = ContextVar("keyturn_tenant", default=None)


class OutsideTenant(Exception):
    """Rows that belong to a tenant were asked for while no tenant is set."""


def current_id() -> UUID:
    """The tenant whose room we are in; raises OutsideTenant when in none."""
    if (tenant_id := _current.get()) is None:
        raise OutsideTenant
    return tenant_id


def _current_or_none() -> UUID | None:
    """What a new row gets; outside of a tenant nothing, which the column refuses."""
    return _current.get()


@contextmanager
def inside(tenant_id: UUID) -> Iterator[None]:
    """Everything within belongs to this tenant; nests, and restores what was before."""
    before = _current.get()
    if before == tenant_id:
        yield
        return
    token = _current.set(tenant_id)
    _tell_database(tenant_id)
    try:
        yield
    finally:
        _current.reset(token)
        _tell_database(before)


@contextmanager
def standing_in(placeholder: Any) -> Iterator[None]:
    """While a statement is translated whose tenant is known at its use only (tenants/prepared); runs nothing."""
    token = _current.set(placeholder)
    try:
        yield
    finally:
        _current.reset(token)


def _tell_database(tenant_id: UUID | None) -> None:
    """Set the connection's tenant; a connection that lost it, or never had it, sees no rows."""
    if connection.vendor != "postgresql" or connection.needs_rollback:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('keyturn.tenant', %s, false)", [str(tenant_id or "")])


class TenantManager(models.Manager):
    """Finds the rows of the current tenant only."""

    def get_queryset(self) -> models.QuerySet:
        """Rows of the current tenant; raises OutsideTenant when there is none."""
        if (tenant_id := _current.get()) is None:
            raise OutsideTenant(f"{self.model.__name__} was asked for outside a tenant")
        return super().get_queryset().filter(tenant_id=tenant_id)

    def create(self, **columns: Any) -> models.Model:
        """A new row, of the current tenant unless another is named, which the database then refuses."""
        current_id()
        row = self.model(**columns)
        rows.insert(row)
        return row


class TenantModel(models.Model):
    """A row that belongs to one tenant. Its id is random and never used again."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    tenant = models.ForeignKey(
        "tenants.Tenant", on_delete=models.CASCADE, default=_current_or_none, editable=False, related_name="+"
    )

    objects = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"  # foreign keys and refresh_from_db pass the wall, too
