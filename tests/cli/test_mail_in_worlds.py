"""Locations, mail services and operators' default locations in a world file."""

import textwrap

import pytest

from keyturn.audit.models import Event
from keyturn.cli.world import loading, reading, understanding
from keyturn.cli.world.complaints import WorldRefused
from keyturn.operators.models import Operator
from keyturn.outbox import profiles
from keyturn.outbox.models import Location, MailProfile
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

pytestmark = pytest.mark.django_db

WORLD = textwrap.dedent(
    """\
    tenants:
      - slug: movers
        name: Movers
        hosts: [movers.localhost]
        public_url: http://movers.localhost
        mail_profiles: [{name: main, host: mail.movers.example}]
        locations:
          - name: Depot
            mail_profiles:
              - {name: paid, service: mailgun, region: eu, password: key-1, domain: mg.movers.example}
              - {name: spare, host: depot.movers.example}
          - {name: Yard}
        operators: [{username: otto, default_location: Depot}, {username: dora}]
    """
)


def load(text, now):
    return loading.load(understanding.understand(reading.read(text.encode())), now)


def changed(old, new):
    assert WORLD.count(old) == 1
    return WORLD.replace(old, new)


@pytest.fixture
def loaded(now):
    load(WORLD, now)
    with scope.inside(Tenant.objects.get(slug="movers").pk):
        yield


@pytest.mark.mission("M2.8", "M2.3")
def test_a_location_has_profiles_of_its_own_and_an_operator_writes_from_there(loaded):
    depot = Operator.objects.get(username="otto").default_location
    assert depot.name == "Depot" and Operator.objects.get(username="dora").default_location is None
    assert [(one.name, one.password) for one in profiles.servers(depot.pk)] == [("paid", "key-1"), ("spare", "")]
    assert [one.name for one in profiles.servers()] == ["main"]
    assert [one.name for one in profiles.servers(Location.objects.get(name="Yard").pk)] == ["main"]


def test_loading_again_changes_nothing_and_audits_nothing(loaded, now):
    before, events = list(MailProfile.objects.order_by("pk").values()), Event.objects.count()
    load(WORLD, now)
    assert (list(MailProfile.objects.order_by("pk").values()), Event.objects.count()) == (before, events)


def test_a_list_of_a_location_is_the_whole_list_and_no_others(loaded, now):
    load(changed("          - {name: spare, host: depot.movers.example}\n", ""), now)
    assert list(MailProfile.objects.order_by("name").values_list("name", flat=True)) == ["main", "paid"]
    without = WORLD[: WORLD.index("    locations:")] + WORLD[WORLD.index("    operators:") :].replace(
        ", default_location: Depot", ""
    )
    load(without, now)
    assert Location.objects.count() == 2 and MailProfile.objects.filter(location__name="Depot").exists()
    assert Operator.objects.get(username="otto").default_location.name == "Depot"


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("service: mailgun", "service: sendgrid", "locations[0].mail_profiles[0].service"),
        ("region: eu", "region: mars", "locations[0].mail_profiles[0].region"),
        ("password: key-1, ", "", "locations[0].mail_profiles[0].password"),
        ("domain: mg.movers.example", "domain: ../keys", "locations[0].mail_profiles[0].domain"),
        ("name: spare", "name: main", "locations[0].mail_profiles"),
        ("name: Yard", "name: Depot", "locations[1].name"),
        ("name: Yard", 'name: ""', "locations[1].name"),
        ("default_location: Depot", "default_location: Nowhere", "operators"),
        ("{name: Yard}", "{name: Yard, host: x}", "locations[1].host"),
    ],
)
def test_what_is_wrong_is_said_at_its_place_and_nothing_is_loaded(now, old, new, where):
    with pytest.raises(WorldRefused) as refused:
        load(changed(old, new), now)
    assert f"tenants[0].{where}" in str(refused.value) and "key-1" not in str(refused.value)
    assert not Tenant.objects.exists()
