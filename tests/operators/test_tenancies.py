"""Owners of the installation: tenants made, shut and opened; and inside one only where it can be seen."""

import pytest

from keyturn.audit.models import Event
from keyturn.operators import sessions, tenancies, visits, welcome
from keyturn.operators.models import InstallationEvent, Operator, OperatorSession
from keyturn.operators.tenancies import NewTenant, Refusal
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant, TenantHost
from tests.operators.conftest import BROWSER

NEW = NewTenant("carriers", "Carriers", "https://carriers.example", "en", "cara", "cara@carriers.example")


def actions(tenant) -> list[str]:
    with scope.inside(tenant.id):
        return sorted(Event.objects.values_list("action", flat=True))


@pytest.fixture
def hers(olga, now) -> OperatorSession:
    return sessions.begin(olga, BROWSER, now).session


def anew(session: OperatorSession) -> OperatorSession:
    return OperatorSession.objects.select_related("operator", "tenant").get(pk=session.pk)


def test_a_new_tenant_has_a_host_and_an_owner_with_a_link(olga, now):
    made = tenancies.create(NEW, olga, now)
    tenant = Tenant.objects.get(slug="carriers")
    assert [row.host for row in tenant.hosts.all()] == ["carriers.example"]
    assert (made.operator.role, made.operator.tenant) == ("owner", tenant)
    assert welcome.look(made.token, now) == made.operator
    assert set(actions(tenant)) == {"tenant.created", "operator.created"}
    assert InstallationEvent.objects.get().action == "tenant.created"


def test_slug_and_host_are_one_tenants_alone(movers, olga, now):
    assert tenancies.create(NEW, olga, now)
    assert tenancies.create(NEW, olga, now) is Refusal.SLUG_TAKEN
    other = NewTenant("others", "Others", "https://movers.localhost", "en", "x", "")
    assert tenancies.create(other, olga, now) is Refusal.HOST_TAKEN
    assert not Tenant.objects.filter(slug="others").exists() and not Operator.objects.filter(username="x").exists()


def test_suspending_ends_operators_sessions_at_once_and_resuming_brings_them_back(movers, otto, olga, now):
    opened = sessions.begin(otto, BROWSER, now)
    assert tenancies.suspend(movers, olga, "bill unpaid", now)
    assert not tenancies.suspend(movers, olga, "again", now)
    assert sessions.resolve(opened.token, now) is None
    assert tenancies.resume(movers, olga, "bill paid", now)
    assert sessions.resolve(opened.token, now)
    assert actions(movers) == ["tenant.resumed", "tenant.suspended"]


def test_a_host_comes_and_goes_but_for_the_one_in_links(movers, labs, olga, now):
    assert tenancies.add_host(movers, "help.movers.example", olga, now) is None
    assert tenancies.add_host(labs, "help.movers.example", olga, now) is Refusal.HOST_TAKEN
    assert tenancies.remove_host(movers, "127.0.0.1", olga, now) is Refusal.LINKS_NEED_IT
    assert tenancies.remove_host(labs, "help.movers.example", olga, now) is None
    assert TenantHost.objects.filter(host="help.movers.example", tenant=movers).exists()
    assert tenancies.remove_host(movers, "help.movers.example", olga, now) is None
    assert not TenantHost.objects.filter(host="help.movers.example").exists()
    assert actions(movers) == ["tenant_host.added", "tenant_host.removed"]


def test_a_visit_stands_in_the_tenants_audit_with_its_reason(hers, olga, movers, now):
    assert visits.enter(hers, movers, "asked by Ann, ticket 12", now)
    assert anew(hers).tenant == movers
    assert visits.leave(anew(hers), now)
    assert anew(hers).tenant is None
    with scope.inside(movers.id):
        came, went = Event.objects.order_by("action")
    assert (came.action, came.data, came.actor) == (
        "visit.begun",
        {"why": "asked by Ann, ticket 12"},
        f"operator:{olga.pk}",
    )
    assert went.action == "visit.ended"


def test_from_one_tenant_into_another_only_by_leaving_the_first(hers, movers, labs, now):
    assert visits.enter(hers, movers, "one", now)
    assert not visits.enter(anew(hers), labs, "two", now)
    assert actions(labs) == []


def test_a_tenants_operator_visits_nobody(inside, movers, labs, now):
    assert not visits.enter(inside, labs, "curious", now)
    assert not visits.leave(anew(inside), now)
    assert anew(inside).tenant == movers


def test_a_session_that_ended_does_not_enter(hers, movers, now):
    sessions.end(hers, now)
    assert not visits.enter(hers, movers, "late", now)
    assert actions(movers) == []
