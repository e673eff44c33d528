"""Reading a tenant anew, for whoever must know its settings of this moment."""

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


def by_host(host: str) -> Tenant | None:
    """The tenant that answers on this host name, if one does."""
    return _by_host(host=host)


@prepared.one
def _by_host(host):
    return Tenant.objects.filter(hosts__host=host)
