"""Operators for tests, and their browsers."""

from django.test import Client

from keyturn.lib import hashing
from keyturn.operators.models import Operator
from keyturn.operators.roles import Role
from keyturn.tenants.models import Tenant

PASSWORD = "violet tractor beside a lake"


def operator(tenant: Tenant | None, username: str = "otto", role: Role = Role.OWNER, email: str = "") -> Operator:
    """A member of staff who can sign in with PASSWORD."""
    hashed = hashing.hash_password(PASSWORD)
    return Operator.objects.create(tenant=tenant, username=username, role=role, email=email, password=hashed)


def sign_in(who: Operator) -> Client:
    """A browser in which this operator signed in through the page, at the first address of the tenant."""
    host = who.tenant.hosts.order_by("pk").first().host if who.tenant_id else "keyturn.example"
    browser = Client(HTTP_HOST=host)
    answer = browser.post("/console/sign-in", {"identifier": who.username, "password": PASSWORD})
    assert answer.status_code == 303, answer.content.decode()
    return browser
