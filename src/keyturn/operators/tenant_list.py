"""Lists of tenants, for owners of the installation."""

from django.db.models import Count, QuerySet

from keyturn.tenants.models import Tenant


def all_tenants() -> QuerySet[Tenant]:
    """Every tenant, with `host_count`."""
    return Tenant.objects.annotate(host_count=Count("hosts"))


def one(slug: str) -> Tenant | None:
    """The tenant of this slug, with its hosts."""
    return Tenant.objects.prefetch_related("hosts").filter(slug=slug).first()
