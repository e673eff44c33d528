"""Reading a tenant anew, for flows that must know its settings of this moment."""

from uuid import UUID

from keyturn.tenants import prepared
from keyturn.tenants.models import Tenant


def by_id(tenant_id: UUID) -> Tenant:
    """The tenant of this id; raises Tenant.DoesNotExist."""
    if tenant := _by_id(tenant_id=tenant_id):
        return tenant
    raise Tenant.DoesNotExist


@prepared.one
def _by_id(tenant_id):
    return Tenant.objects.filter(pk=tenant_id)
