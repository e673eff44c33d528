"""The tab *Rights* of a person: ticked, typed, saved; not by everybody, not one's own, not over somebody else."""

import re
from datetime import timedelta

import pytest

from keyturn.lib import clock
from keyturn.operators.models import OperatorSession
from keyturn.operators.roles import Role
from keyturn.people.models import Person
from keyturn.people.rights import holding, permission_edits, profile_edits, wanted
from keyturn.people.rights.core import Rights
from keyturn.people.rights.wanted import NewPermission, NewProfile
from tests.console.staff import operator, sign_in
from tests.people.rights.conftest import VERAS, add_catalogue

pytestmark = pytest.mark.mission("M2.10")

TICKED = {"permissions": ["export"], "profiles": ["dispatcher"], "company0": "Harbour Freight", "effect0": "allow"}
FORM = TICKED | {"company3": "Night Vans", "effect3": "deny"}


@pytest.fixture
def catalogue_of_movers(in_movers, now):
    add_catalogue(now)


def path(person):
    return f"/console/people/{person.pk}/rights"


def save(browser, person, **changed):
    version = Person.objects.get(pk=person.pk).version
    return browser.post(path(person), {"version": version} | FORM | changed)


def text(answer):
    return answer.content.decode()


def test_what_was_ticked_and_typed_is_held_and_shown(otto, mara, catalogue_of_movers):
    assert save(otto, mara).status_code == 303
    assert holding.rights_of(mara) == VERAS
    shown = text(otto.get(path(mara)))
    assert re.search(r'value="export" checked', shown) and re.search(r'value="dispatcher" checked', shown)
    assert not re.search(r'value="drive" checked', shown)
    held = shown.partition("What it comes to")[2]
    assert "Send drivers out" in held and "by Dispatcher" in held and "on their own" in held
    assert "Teach new drivers" not in held


def test_unticking_all_takes_all(otto, mara, catalogue_of_movers):
    save(otto, mara)
    otto.post(path(mara), {"version": Person.objects.get(pk=mara.pk).version})
    assert holding.rights_of(mara) == Rights()


@pytest.mark.parametrize(
    ("changed", "words", "value"),
    [
        ({"company0": "a\0b"}, "signs that cannot be seen", 'name="company0"'),
        ({"company0": "NIGHT VANS"}, "stands here twice", 'name="company3"'),
        ({"company3": "x" * 150}, "too long", 'name="company3"'),
        ({"effect3": "maybe"}, "may or may not", 'name="effect3"'),
        ({"permissions": ["gone"]}, "has been removed meanwhile", 'id="permissions-error"'),
        ({"profiles": ["gone"]}, "has been removed meanwhile", 'id="profiles-error"'),
        ({"company0": ["a", "b"]}, "sent twice", 'name="company0"'),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(
    otto, mara, catalogue_of_movers, changed, words, value
):
    answer = save(otto, mara, **changed)
    assert answer.status_code == 422
    assert words in text(answer) and value in text(answer)
    assert "Harbour Freight" in text(answer) or "company0" in changed
    assert holding.rights_of(mara) == Rights()


def test_whoever_saves_second_sees_what_stands_there_and_saves_again(otto, mara, catalogue_of_movers, now):
    version = Person.objects.get(pk=mara.pk).version
    holding.give(mara, Rights(frozenset({"mentor"})), now, actor="owner")
    answer = otto.post(path(mara), FORM | {"version": version})
    assert answer.status_code == 409
    assert "Somebody else saved meanwhile" in text(answer) and "mentor" in text(answer)
    assert re.search(r'value="export" checked', text(answer))
    assert holding.rights_of(mara).permissions == {"mentor"}
    again = re.search(r'name="version" value="(\d+)"', text(answer))[1]
    assert otto.post(path(mara), FORM | {"version": again}).status_code == 303
    assert holding.rights_of(mara) == VERAS


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "٣"])
def test_a_version_that_is_none_is_an_old_one(otto, mara, catalogue_of_movers, version):
    assert otto.post(path(mara), FORM | {"version": version}).status_code == 409
    assert holding.rights_of(mara) == Rights()


@pytest.mark.parametrize("role", [Role.HELPDESK, Role.AUDITOR])
def test_other_roles_look_on(in_movers, mara, catalogue_of_movers, role):
    browser = sign_in(operator(in_movers, "dora", role))
    shown = text(browser.get(path(mara)))
    assert "disabled" in shown and ">Save<" not in shown
    assert save(browser, mara).status_code == 403
    assert holding.rights_of(mara) == Rights()


@pytest.mark.parametrize("rank", [Role.ADMINISTRATOR, Role.OWNER])
def test_nobody_changes_rights_of_equal_or_higher_rank(in_movers, otto, mara, catalogue_of_movers, rank):
    operator(in_movers, "mara", rank, "MARA@movers.example")
    assert "of your rank or above" in text(otto.get(path(mara)))
    assert save(otto, mara).status_code == 403
    assert holding.rights_of(mara) == Rights()


def test_nobody_changes_their_own_not_even_who_outranks_everybody(in_movers, mara, catalogue_of_movers, monkeypatch):
    browser = sign_in(operator(in_movers, "mara", Role.ADMINISTRATOR, "mara@movers.example"))
    monkeypatch.setattr("keyturn.operators.ranks.of_addresses", lambda emails: 0)  # an installation's owner, say
    assert "rights of your own" in text(browser.get(path(mara)))
    assert save(browser, mara).status_code == 403
    monkeypatch.setattr("keyturn.operators.ranks.is_own", lambda who, emails: False)
    assert save(browser, mara).status_code == 303  # the control: that rule is what stood in the way


def test_after_ten_minutes_it_asks_who_it_is_and_loses_nothing(otto, mara, catalogue_of_movers):
    OperatorSession.objects.update(confirmed_at=clock.now() - timedelta(minutes=11))
    answer = save(otto, mara)
    assert answer.status_code == 409
    assert "asks who you are again" in text(answer) and "Night Vans" in text(answer)
    assert holding.rights_of(mara) == Rights()


def test_everything_that_could_be_ticked_and_typed_fits_into_one_form(otto, mara, in_movers, now):
    many, bundles = range(wanted.MOST_PERMISSIONS), range(wanted.MOST_PROFILES)
    for number in many:
        permission_edits.add(NewPermission(f"p{number}", "x"), now, actor="owner")
    for number in bundles:
        profile_edits.add(NewProfile(f"b{number}", "x"), now, actor="owner")
    companies = {f"company{n}": f"Company {n}" for n in range(wanted.MOST_COMPANIES)}
    effects = {f"effect{n}": "deny" for n in range(wanted.MOST_COMPANIES)}
    ticked = {"permissions": [f"p{n}" for n in many], "profiles": [f"b{n}" for n in bundles]}
    assert save(otto, mara, **ticked, **companies, **effects).status_code == 303
    held = holding.rights_of(mara)
    assert (len(held.permissions), len(held.profiles), len(held.exceptions)) == (200, 50, 40)


def test_somebody_who_came_by_a_pin_and_waits_is_not_called_inactive(otto, mara):
    Person.objects.update(status=Person.PENDING)
    for page in ("/console/people/", f"/console/people/{mara.pk}/"):
        shown = text(otto.get(page))
        assert "Has not signed in yet" in shown
        assert 'is-bad">Inactive' not in shown and 'title="Inactive"' not in shown


# the licence (M2.12)


@pytest.mark.mission("M2.12")
def test_a_person_with_a_pin_has_another_icon_and_another_licence(otto, mara):
    pages = ("/console/people/", f"/console/people/{mara.pk}/")
    pictures = {}
    for has_pin in (False, True):
        Person.objects.update(has_pin=has_pin)
        for page in pages:
            shown = text(otto.get(page))
            assert ("Full client (Pincode)" in shown) is has_pin
            assert "Full client" in shown
            pictures[page, has_pin] = re.search(r'<svg class="icon"[^>]*>(.*?)</svg>\s*Full client', shown)[1]
    assert all(pictures[page, True] != pictures[page, False] for page in pages)
