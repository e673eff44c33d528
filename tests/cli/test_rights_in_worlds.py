"""Rights in a world file: what people may do, bundles of it, and who holds what; errors name file, line and field."""

import textwrap

import pytest

from keyturn.audit.models import Event
from keyturn.cli.world.complaints import WorldRefused
from keyturn.people.models import Permission, Person
from keyturn.people.rights import catalogue, core, holding
from keyturn.people.rights.core import CompanyException, Rights
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant
from tests.cli.test_loading import load
from tests.cli.test_world_files import complaints_about

pytestmark = [pytest.mark.django_db, pytest.mark.mission("M2.10")]

WORLD = textwrap.dedent(
    """\
    tenants:
      - slug: movers
        name: Movers
        hosts: [127.0.0.1]
        public_url: http://127.0.0.1:8000
        permissions:
          - {key: drive, label: Drive}
          - {key: dispatch, label: Send drivers out, kind: elevated, cloneable: false}
          - {key: export, kind: export}
        profiles:
          - {key: driver, label: Driver, permissions: [drive]}
          - {key: office, permissions: [dispatch, export], cloneable: false}
        people:
          - {identifier: vera, name: Vera Stone, permissions: [export], profiles: [driver],
             company_exceptions: [{company: Night Vans, effect: deny}, {company: Harbour Freight, effect: allow}]}
          - {identifier: nils, name: Nils Holm}
    """
)


def world_with(old: str, new: str) -> bytes:
    assert WORLD.count(old) == 1
    return WORLD.replace(old, new).encode()


@pytest.fixture
def loaded(now):
    load(WORLD, now)
    with scope.inside(Tenant.objects.get(slug="movers").pk):
        yield


def of(identifier):
    return holding.rights_of(Person.objects.get(identifier=identifier))


def test_everything_in_the_file_is_on_record(loaded):
    known = catalogue.read()
    assert known.permissions["dispatch"] == core.Permission("dispatch", "elevated", False, "Send drivers out")
    assert known.permissions["export"] == core.Permission("export", "export", True, "export")
    assert known.profiles["office"] == core.Profile("office", frozenset({"dispatch", "export"}), False, "office")
    assert of("vera") == Rights(
        frozenset({"export"}),
        frozenset({"driver"}),
        frozenset({CompanyException("Night Vans", "deny"), CompanyException("Harbour Freight", "allow")}),
    )
    assert of("nils") == Rights()


def test_loading_again_changes_nothing_and_audits_nothing(loaded, now):
    events = Event.objects.count()
    load(WORLD, now)
    assert Event.objects.count() == events


def test_what_the_file_leaves_out_stays_and_what_it_gives_is_the_whole_list(loaded, now):
    load(world_with("- {key: drive, label: Drive}", "- {key: drive, label: Drive vans}"), now)
    load(world_with("permissions: [export], profiles: [driver],", "permissions: [drive],"), now)
    assert of("vera").permissions == {"drive"}
    assert of("vera").profiles == {"driver"}
    load(world_with("      - {key: export, kind: export}\n", ""), now)
    assert Permission.objects.filter(key="export").exists()
    load(world_with("company: Harbour Freight, effect: allow", "company: Harbour Freight, effect: deny"), now)
    assert {one.effect for one in of("vera").exceptions} == {"deny"}


def test_a_permission_keeps_what_the_file_does_not_say(loaded, now):
    load(world_with(", label: Send drivers out, kind: elevated, cloneable: false", ", label: Dispatch"), now)
    kept = catalogue.read().permissions["dispatch"]
    assert (kept.label, kept.kind, kept.is_cloneable) == ("Dispatch", "elevated", False)


@pytest.mark.parametrize(
    ("old", "new", "line", "path", "message"),
    [
        ("key: drive,", "key: 'dr ive',", 7, ".permissions[0].key", "letters, digits"),
        ("{key: drive, label", "{label", 7, ".permissions[0].key", "is missing"),
        ("key: drive,", "key: DISPATCH,", 8, ".permissions[1].key", "twice"),
        ("kind: elevated", "kind: almighty", 8, ".permissions[1].kind", "plain, elevated, administration"),
        ("kind: elevated, cloneable: false", "cloneable: perhaps", 8, ".permissions[1].cloneable", "true or false"),
        ("label: Send drivers out", "lable: x", 8, ".permissions[1].lable", "no such field"),
        ("permissions: [drive]}", "permissions: drive}", 11, ".profiles[0].permissions", "must be a list"),
        ("key: office", "key: driver", 12, ".profiles[1].key", "twice"),
        ("effect: deny", "effect: maybe", 15, ".company_exceptions[0].effect", "allow, deny"),
        ("company: Night Vans", "company: HARBOUR FREIGHT", 15, ".people[0].company_exceptions", "twice"),
        ("company: Night Vans", 'company: "a\\0"', 15, ".company_exceptions[0].company", "control_character"),
    ],
)
def test_what_cannot_be_is_refused_at_its_line_and_field(old, new, line, path, message):
    found = complaints_about(world_with(old, new))
    assert any(at == line and where.endswith(path) and message in said for at, where, said in found), found


@pytest.mark.parametrize(
    ("old", "new", "line", "path"),
    [
        ("permissions: [drive]}", "permissions: [fly]}", 11, "tenants[0].profiles[0].permissions"),
        ("permissions: [export],", "permissions: [fly],", 14, "tenants[0].people[0].permissions"),
        ("profiles: [driver]", "profiles: [pilot]", 14, "tenants[0].people[0].profiles"),
    ],
)
def test_what_there_is_not_is_refused_and_nothing_is_half_loaded(now, old, new, line, path):
    with pytest.raises(WorldRefused) as refused:
        load(world_with(old, new), now)
    assert [(one.line, one.path) for one in refused.value.complaints] == [(line, path)]
    assert not Tenant.objects.exists()
