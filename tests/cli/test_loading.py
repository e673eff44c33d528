"""Loading a world: what appears, what stays, and that nothing is half loaded."""

import pytest

from keyturn.audit.models import Event
from keyturn.cli.world import loading, reading, understanding
from keyturn.cli.world.complaints import WorldRefused
from keyturn.directories.models import Account, StoredPassword
from keyturn.lib import hashing
from keyturn.operators.models import Operator
from keyturn.outbox import profiles
from keyturn.outbox.models import CellProvider
from keyturn.people import changes
from keyturn.people.models import Address, Person, Route
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant, TenantHost
from tests.cli.worlds import MOVERS, movers_with

pytestmark = pytest.mark.django_db


def load(raw: bytes | str, now):
    raw = raw.encode() if isinstance(raw, str) else raw
    return loading.load(understanding.understand(reading.read(raw)), now)


@pytest.fixture
def loaded(now):
    load(MOVERS, now)
    tenant = Tenant.objects.get(slug="movers")
    with scope.inside(tenant.pk):
        yield tenant


def password_of(identifier):
    return StoredPassword.objects.get(account=Account.objects.get(person__identifier=identifier)).hash


def snapshot():
    tables = [Tenant, TenantHost, Operator, Person, Address, Account, StoredPassword, CellProvider, Route]
    return {table.__name__: sorted(map(str, table.objects.values_list())) for table in tables}


def test_everything_in_the_file_is_on_record(loaded):
    assert loaded.ticket_expiration_minutes == 60
    assert set(loaded.hosts.values_list("host", flat=True)) == {"movers.localhost", "127.0.0.1"}
    mara, nils = Person.objects.get(identifier_key="mara@movers.example"), Person.objects.get(identifier_key="nils")
    assert (mara.is_active, nils.is_active) == (True, False)
    assert mara.cell_provider.sms_domain == "sms.example.net"
    assert Address.objects.filter(person=mara).count() == 3
    assert hashing.verify("mara's own one", password_of("mara@movers.example"))
    assert Account.objects.filter(person=nils).exists()
    assert [server.host for server in profiles.servers()] == ["127.0.0.1"]
    assert hashing.verify("otto keeps the keys", Operator.objects.get(tenant=loaded, username="otto").password)


def test_loading_again_changes_nothing_and_audits_nothing(loaded, now):
    before, events = snapshot(), Event.objects.count()
    load(MOVERS, now)
    assert snapshot() == before
    assert Event.objects.count() == events


def test_a_password_is_set_only_when_the_person_is_created(loaded, now):
    before = password_of("mara@movers.example")
    load(movers_with("mara's own one", "another one entirely"), now)
    assert password_of("mara@movers.example") == before


def test_what_changed_in_the_file_changes_and_the_rest_stays(loaded, now):
    load(movers_with("name: Mara Lind", "name: Mara Lindqvist").replace(b"0101", b"0109"), now)
    mara = Person.objects.get(identifier_key="mara@movers.example")
    assert mara.name == "Mara Lindqvist"
    assert Address.objects.get(person=mara, kind="phone").raw == "+14155550109"


def test_changed_settings_are_noticed_by_whoever_has_them_open(loaded, now):
    before = loaded.settings_version
    load(MOVERS, now)
    loaded.refresh_from_db()
    assert loaded.settings_version == before
    load(movers_with("minutes: 60", "minutes: 30"), now)
    loaded.refresh_from_db()
    assert loaded.settings_version == before + 1


def test_somebody_who_is_not_in_the_file_is_left_alone(loaded, now):
    changes.create(changes.NewPerson("vera", "Vera"), now)
    load(MOVERS, now)
    assert Person.objects.filter(identifier="vera").exists()


def test_a_field_that_is_not_in_the_file_stays(loaded, now):
    load(movers_with("email: nils@movers.example, ", ""), now)
    assert Address.objects.filter(person__identifier="nils").exists()


@pytest.mark.mission("M0.12")
def test_a_taken_number_is_refused_at_its_line_and_nothing_is_half_loaded(loaded, now):
    before = snapshot()
    labs = (
        MOVERS.replace("slug: movers", "slug: labs")
        .replace("[movers.localhost, 127.0.0.1]", "[labs.localhost]")
        .replace("http://127.0.0.1:8000", "http://labs.localhost:8000")
    )
    with pytest.raises(WorldRefused) as refused:
        load(labs, now)
    complaint = refused.value.complaints[0]
    assert (complaint.line, complaint.path) == (12, "tenants[0].people[0].phones")
    assert "unique in the installation" in complaint.message
    assert "Mara" not in complaint.message
    assert snapshot() == before


def test_a_host_of_a_tenant_that_is_not_in_the_file_is_refused(loaded, now):
    labs = MOVERS.partition("    mail_profiles")[0].replace("slug: movers", "slug: labs")
    with pytest.raises(WorldRefused, match="belongs to movers"):
        load(labs, now)
    assert not Tenant.objects.filter(slug="labs").exists()


def test_an_unknown_provider_is_refused_by_name(loaded, now):
    with pytest.raises(WorldRefused, match="no cell provider 'Elsewhere'"):
        load(movers_with("cell_provider: Example Wireless", "cell_provider: Elsewhere"), now)


def test_two_people_may_hand_a_number_on_in_one_file(loaded, now):
    raw = MOVERS.replace("0101", "0102") + (
        "      - {identifier: anna, name: Anna, phones: [{number: '+1 415 555 0101', type: sms}]}\n"
    )
    first = raw.replace("people:\n", "people:\n      - {identifier: zoe, name: Zoe}\n")
    load(first, now)
    assert Address.objects.get(raw="+14155550101").person.identifier == "anna"
