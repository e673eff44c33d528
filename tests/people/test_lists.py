"""Lists of people: each shows exactly whom it says, and what leaves as CSV comes back as it was."""

import pytest

from keyturn.audit.models import Event
from keyturn.people import changes, importing, lists
from keyturn.people.changes import NewPerson, NewPhone
from keyturn.people.lists import Only
from keyturn.people.models import Person
from keyturn.people.rights import holding
from keyturn.people.rights.core import Rights
from keyturn.tenants import scope
from tests.people.rights.conftest import VERAS, add_catalogue


def names(only, among=None):
    return sorted(lists.listed(only, among).values_list("name", flat=True))


@pytest.fixture
def everybody(mara, nils, now):
    changes.set_status(nils, Person.INACTIVE, now)
    changes.create(NewPerson("silent", "Silent"), now)
    bounced = changes.create(NewPerson("gone", "Gone", email="gone@full.example"), now)
    changes.remember_bounce(bounced.addresses.get().pk, now)


@pytest.mark.parametrize(
    ("only", "whom"),
    [
        (Only.EVERYBODY, ["Gone", "Mara Lind", "Nils Holm", "Silent"]),
        (Only.ACTIVE, ["Gone", "Mara Lind", "Silent"]),
        (Only.INACTIVE, ["Nils Holm"]),
        (Only.NO_EMAIL, ["Silent"]),
        (Only.BOUNCED, ["Gone"]),
        (Only.CANNOT_RECOVER, ["Gone", "Nils Holm", "Silent"]),
    ],
)
def test_each_list_shows_whom_it_says(everybody, only, whom):
    assert names(only) == whom


def test_a_list_can_be_narrowed_to_some(everybody, nils, mara):
    assert names(Only.CANNOT_RECOVER, [nils.pk, mara.pk]) == ["Nils Holm"]
    assert names(Only.EVERYBODY, []) == []


def test_a_new_address_ends_a_bounce(everybody, now):
    changes.set_email(Person.objects.get(name="Gone"), "gone@movers.example", now)
    assert names(Only.BOUNCED) == []


def test_an_export_is_read_again_as_it_was(mara, nils, now):
    changes.update(nils, now, name='=HYPERLINK("x"), Nils')
    text = "".join(lists.export(Only.EVERYBODY, None, now, actor="operator:x"))
    assert Event.objects.get(action="people.exported").actor == "operator:x"
    assert "\n=" not in text and ",=" not in text and '"=' not in text and '"+' not in text
    rows = {row.cells["identifier"]: row.cells for row in importing.read(text.encode())}
    assert rows["nils"]["name"] == '=HYPERLINK("x"), Nils'
    assert rows["mara@movers.example"] == {
        "identifier": "mara@movers.example",
        "name": "Mara Lind",
        "email": "mara@movers.example",
        "other_addresses": "mara@home.example",
        "status": "active",
        "allow_mobile_password_reset": "no",
        "phone_sms": "+14155550101",
        "phone_office": "+14155550102",
    }


@pytest.mark.mission("M2.10")
def test_an_export_has_the_rights_that_an_import_reads(mara, nils, now):
    add_catalogue(now)
    holding.give(mara, VERAS, now, actor="owner")
    text = "".join(lists.export(Only.EVERYBODY, None, now, actor="operator:x"))
    rows = {row.cells["identifier"]: row for row in importing.read(text.encode())}
    told = importing.rights(rows["mara@movers.example"], Rights())
    assert (told.permissions, told.profiles) == (VERAS.permissions, VERAS.profiles)
    assert not importing.says_rights(rows["nils"])


def test_an_export_that_is_read_later_opens_the_room_itself(mara, movers, now):
    with scope.inside(movers.id):
        lines = lists.export(Only.EVERYBODY, None, now, actor="operator:x")
    with scope.standing_in(None):
        assert len(list(lines)) == 2


def test_an_export_asks_two_questions_a_chunk(in_movers, now, monkeypatch, django_assert_num_queries):
    for number in range(7):
        changes.create(NewPerson(f"p{number}", "P", phones=(NewPhone(f"+1415555{number:04}"),)), now)
    monkeypatch.setattr(lists, "_CHUNK", 3)
    with django_assert_num_queries(7):  # three chunks of two statements, and one that finds the end
        assert [len(chunk) for chunk in lists.chunks(Person.objects.all())] == [3, 3, 1]
