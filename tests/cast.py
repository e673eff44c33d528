"""The cast of every test: Mara who forgets, Nils who left, Mallory; tenants Movers and Labs."""

from datetime import UTC, datetime

import pytest

from keyturn.tenants import scope
from keyturn.tenants.models import Tenant, TenantHost


@pytest.fixture
def now() -> datetime:
    """A moment close to the database's."""
    return datetime.now(UTC)


@pytest.fixture
def movers(db) -> Tenant:
    """The tenant most stories play in, with every recovery switch on."""
    return _tenant("movers", "Movers", "http://127.0.0.1:8000", "movers.localhost", "127.0.0.1", "testserver")


@pytest.fixture
def labs(db) -> Tenant:
    """The other tenant."""
    return _tenant("labs", "Labs", "http://labs.localhost:8000", "labs.localhost")


@pytest.fixture
def in_movers(movers):
    """The test plays inside Movers."""
    with scope.inside(movers.id):
        yield movers


def _tenant(slug: str, name: str, public_url: str, *hosts: str) -> Tenant:
    tenant = Tenant.objects.create(
        slug=slug,
        name=name,
        public_url=public_url,
        support_contact="Call dispatch, 415 555 0100",
        allow_mobile_password_reset=True,
        allow_manual_entry=True,
    )
    TenantHost.objects.bulk_create(TenantHost(host=host, tenant=tenant) for host in hosts)
    return tenant
