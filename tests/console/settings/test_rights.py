"""The tab *Rights* of the settings: permissions and profiles, why some are never cloned, and the question first."""

import re
from datetime import timedelta

import pytest

from keyturn.audit.models import Event
from keyturn.lib import clock
from keyturn.operators.models import OperatorSession
from keyturn.operators.roles import Role
from keyturn.people import changes
from keyturn.people.changes import NewPerson
from keyturn.people.models import Permission, Profile
from keyturn.people.rights import catalogue, core, holding
from keyturn.people.rights.core import Rights
from tests.console.staff import operator, sign_in
from tests.people.rights.conftest import add_catalogue

pytestmark = pytest.mark.mission("M2.10")

TAB = "/console/settings/rights"
NEW = {"key": "invoice", "label": "Write invoices", "kind": "elevated", "is_cloneable": "on"}


@pytest.fixture
def otto(in_movers, now):
    add_catalogue(now)
    return sign_in(operator(in_movers, role=Role.ADMINISTRATOR))


def text(answer):
    return answer.content.decode()


def of(row, rest=""):
    kind = "permissions" if isinstance(row, Permission) else "profiles"
    return f"{TAB}/{kind}/{row.pk}{rest}"


def permission(key):
    return Permission.objects.get(key=key)


def profile(key):
    return Profile.objects.get(key=key)


def somebody(identifier, rights, now):
    person = changes.create(NewPerson(identifier, identifier.title()), now)
    holding.give(person, rights, now, actor="owner")
    return person


def test_the_tab_shows_all_and_says_of_each_reserved_kind_why(otto):
    shown = text(otto.get(TAB))
    for word in ("Teach new drivers", "dispatcher", "drive", "Elevated", "never", "passed on"):
        assert word in shown
    assert shown.count("Never cloned: ") == len(core.RESERVED)


def test_a_permission_is_added_changed_and_removed(otto):
    assert otto.post(f"{TAB}/permissions/new", NEW).status_code == 303
    row = permission("invoice")
    assert (row.label, row.kind, row.is_cloneable) == ("Write invoices", "elevated", True)
    changed = {"version": row.version, "label": "Bill", "kind": "plain", "key": "other"}
    assert otto.post(of(row), changed).status_code == 303
    row.refresh_from_db()
    assert (row.key, row.label, row.kind, row.is_cloneable) == ("invoice", "Bill", "plain", False)
    assert otto.post(of(row, "/remove"), {"version": row.version, "people": 0}).status_code == 303
    assert not Permission.objects.filter(key="invoice").exists()
    told = [event.actor for event in Event.objects.filter(action__startswith="permission.", data__key="invoice")]
    assert len(told) == 3 and all(actor.startswith("operator:") for actor in told)


def test_a_profile_is_added_changed_and_removed(otto):
    new = {"key": "lead", "label": "Lead", "permissions": ["drive", "export"], "is_cloneable": "on"}
    assert otto.post(f"{TAB}/profiles/new", new).status_code == 303
    assert "in parts" in text(otto.get(TAB))
    row = profile("lead")
    assert re.search(r'value="export" checked', text(otto.get(of(row))))
    otto.post(of(row), {"version": row.version, "label": "Lead", "permissions": ["drive"]})
    assert catalogue.read().profiles["lead"] == core.Profile("lead", frozenset({"drive"}), False, "Lead")
    row.refresh_from_db()
    assert otto.post(of(row, "/remove"), {"version": row.version, "people": 0}).status_code == 303
    assert not Profile.objects.filter(key="lead").exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"key": ""}, "Fill it in"),
        ({"key": "a b"}, "begin with a letter or digit"),
        ({"key": "DRIVE"}, "already, perhaps in other capitals"),
        ({"key": "x" * 100_0}, "too long"),
        ({"label": ""}, "Fill it in"),
        ({"label": "a\0b"}, "cannot be seen"),
        ({"kind": "god"}, "no such kind"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(otto, changed, words):
    answer = otto.post(f"{TAB}/permissions/new", NEW | changed)
    assert answer.status_code == 422
    assert words in text(answer)
    assert 'value="Write invoices"' in text(answer) or "label" in changed
    assert Permission.objects.count() == 4


def test_a_permission_that_is_gone_cannot_be_bundled(otto):
    answer = otto.post(f"{TAB}/profiles/new", {"key": "x", "label": "X", "permissions": ["gone"]})
    assert (answer.status_code, Profile.objects.count()) == (422, 2)
    assert "has been removed meanwhile" in text(answer)


def test_whoever_saves_second_is_told_what_stands_there(otto):
    row = profile("driver")
    otto.post(of(row), {"version": 0, "label": "Rider", "permissions": ["mentor"], "is_cloneable": "on"})
    answer = otto.post(of(row), {"version": 0, "label": "Driver", "permissions": ["drive"], "is_cloneable": "on"})
    assert answer.status_code == 409
    assert "you typed “drive”, on record is “mentor”" in text(answer)
    assert "you typed “Driver”, on record is “Rider”" in text(answer)
    assert 'name="version" value="1"' in text(answer)
    row = permission("drive")
    otto.post(of(row), {"version": 0, "label": "Ride", "kind": "plain"})
    answer = otto.post(of(row), {"version": 0, "label": "Drive", "kind": "plain"})
    assert answer.status_code == 409
    assert "on record is “Ride”" in text(answer)


def test_before_removing_it_says_how_many_people_lose_it(otto, now):
    vera = somebody("vera", Rights(frozenset({"dispatch"})), now)
    somebody("nils", Rights(profiles=frozenset({"dispatcher"})), now)
    row = permission("dispatch")
    asked = text(otto.get(of(row, "/remove")))
    assert "2 people have it and lose it at once" in asked
    assert re.search(r'name="people" value="2"', asked)
    assert otto.post(of(row, "/remove"), {"version": row.version, "people": 2}).status_code == 303
    assert holding.rights_of(vera) == Rights()


def test_without_the_number_or_with_an_old_one_nothing_is_removed(otto, now):
    somebody("vera", Rights(frozenset({"dispatch"})), now)
    row = permission("dispatch")
    for sent in ({}, {"people": 0}, {"people": "x"}, {"people": "-1"}, {"people": "9" * 40}):
        answer = otto.post(of(row, "/remove"), {"version": row.version} | sent)
        assert answer.status_code == 409
        assert "1 person has it" in text(answer)
    assert otto.post(of(row, "/remove"), {"version": 7, "people": 1}).status_code == 409
    assert Permission.objects.filter(key="dispatch").exists()


@pytest.mark.parametrize("role", [Role.HELPDESK, Role.AUDITOR])
def test_other_roles_change_nothing(otto, in_movers, role):
    browser = sign_in(operator(in_movers, "dora", role))
    row, bundle = permission("drive"), profile("driver")
    for path in (f"{TAB}/permissions/new", f"{TAB}/profiles/new", of(row), of(bundle)):
        assert browser.post(path, NEW | {"version": 0}).status_code == 403
    for one in (row, bundle):
        assert browser.post(of(one, "/remove"), {"version": 0, "people": 9}).status_code == 403
    looks = role == Role.AUDITOR
    shown = browser.get(TAB)
    assert shown.status_code == (200 if looks else 403)
    assert "Add a permission" not in text(shown)
    assert (Permission.objects.count(), Profile.objects.count()) == (4, 2)
    assert browser.get(of(row)).status_code == (200 if looks else 403)


def test_after_ten_minutes_it_asks_who_it_is_and_loses_nothing(otto):
    OperatorSession.objects.update(confirmed_at=clock.now() - timedelta(minutes=11))
    row, bundle = permission("drive"), profile("driver")
    for path in (f"{TAB}/permissions/new", f"{TAB}/profiles/new", of(row), of(bundle)):
        answer = otto.post(path, NEW | {"version": 0})
        assert (answer.status_code, "Write invoices" in text(answer)) == (409, True)
    removed = otto.post(of(row, "/remove"), {"version": 0, "people": 0})
    assert removed["Location"].startswith("/console/confirm")
    assert Permission.objects.count() == 4
