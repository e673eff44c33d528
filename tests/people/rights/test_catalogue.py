"""Permissions and profiles of an organization: added, changed, removed; nobody overwrites what they never saw."""

import pytest

from keyturn.audit.models import Event
from keyturn.lib.edits import EditLost, Seen
from keyturn.people.models import Permission, Profile, ProfilePermission
from keyturn.people.rights import catalogue, core, holding, permission_edits, profile_edits, wanted
from keyturn.people.rights.catalogue import StillHeld
from keyturn.people.rights.core import Rights
from keyturn.people.rights.wanted import NewPermission, NewProfile, RightsRefused
from keyturn.tenants import scope

pytestmark = pytest.mark.mission("M2.10")


def seen(model, key):
    row = model.objects.get(key=key)
    return Seen(row, row.version)


def told(action):
    return Event.objects.get(action=action).data


def test_what_was_added_is_read(catalogue_of_movers):
    known = catalogue.read()
    assert sorted(known.permissions) == ["dispatch", "drive", "export", "mentor"]
    assert known.permissions["mentor"] == core.Permission("mentor", "elevated", True, "Teach new drivers")
    assert known.profiles["dispatcher"].permissions == {"drive", "dispatch"}


def test_another_tenant_has_a_catalogue_of_its_own(catalogue_of_movers, labs, now):
    with scope.inside(labs.pk):
        assert catalogue.read() == core.Catalogue()
        permission_edits.add(NewPermission("drive", "Drive"), now, actor="owner")
    assert len(catalogue.read().permissions) == 4


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("", "empty"),
        ("a b", "not_a_key"),
        (".a", "not_a_key"),
        ("é", "not_a_key"),
        ("a" * 61, "too_long"),
        ("a\0b", "control_character"),
        ("a\ud800", "not_unicode"),
        ("x" * 1_000_000, "too_long"),
        ("drive", "taken"),
        ("DRIVE", "taken"),
    ],
)
@pytest.mark.parametrize("edits", [permission_edits, profile_edits])
def test_a_key_that_cannot_be(catalogue_of_movers, now, edits, key, reason):
    new = NewPermission if edits is permission_edits else NewProfile
    if edits is profile_edits:
        profile_edits.add(NewProfile("drive", "Drive"), now, actor="owner")
    with pytest.raises(RightsRefused) as refused:
        edits.add(new(key, "Words"), now, actor="owner")
    assert (refused.value.reason, refused.value.field) == (reason, "key")


def test_there_may_be_so_many_and_no_more(catalogue_of_movers, now, monkeypatch):
    monkeypatch.setattr(wanted, "MOST_PERMISSIONS", 4)
    with pytest.raises(RightsRefused, match="too_many"):
        permission_edits.add(NewPermission("one-more", "One more"), now, actor="owner")


def test_a_kind_or_a_permission_that_is_not_there(catalogue_of_movers, now):
    with pytest.raises(RightsRefused, match="unknown_kind"):
        permission_edits.add(NewPermission("x", "X", "godlike"), now, actor="owner")
    with pytest.raises(RightsRefused, match="unknown_permission"):
        profile_edits.add(NewProfile("x", "X", frozenset({"gone"})), now, actor="owner")
    assert not Profile.objects.filter(key="x").exists()


def test_a_change_is_audited_with_before_and_after(catalogue_of_movers, now):
    permission_edits.change(
        seen(Permission, "drive"), NewPermission("", "Drive a van", "elevated"), now, actor="owner"
    )
    changed = {"label": ["Drive", "Drive a van"], "kind": ["plain", "elevated"]}
    assert told("permission.changed") == {"key": "drive", "changed": changed}


def test_what_a_profile_holds_is_changed_and_audited(catalogue_of_movers, now):
    new = NewProfile("", "Dispatcher", frozenset({"drive", "mentor"}), is_cloneable=False)
    profile_edits.change(seen(Profile, "dispatcher"), new, now, actor="owner")
    changed = told("profile.changed")["changed"]
    assert changed == {
        "permissions": [["dispatch", "drive"], ["drive", "mentor"]],
        "is_cloneable": [True, False],
    }
    profile = catalogue.read().profiles["dispatcher"]
    assert (profile.permissions, profile.is_cloneable) == ({"drive", "mentor"}, False)


def test_nothing_different_writes_nothing(catalogue_of_movers, now):
    before = Event.objects.count()
    assert not permission_edits.change(seen(Permission, "drive"), NewPermission("", "Drive"), now, actor="owner")
    assert not profile_edits.change(
        seen(Profile, "driver"), NewProfile("", "Driver", frozenset({"drive"})), now, actor="owner"
    )
    assert Event.objects.count() == before


def test_whoever_saves_second_is_told(catalogue_of_movers, now):
    first, second = seen(Profile, "driver"), seen(Profile, "driver")
    profile_edits.change(first, NewProfile("", "Driver", frozenset({"mentor"})), now, actor="owner")
    with pytest.raises(EditLost):
        profile_edits.change(second, NewProfile("", "Rider", frozenset()), now, actor="owner")
    with pytest.raises(EditLost):
        profile_edits.remove(second, 0, now, actor="owner")
    assert catalogue.read().profiles["driver"].permissions == {"mentor"}
    first, second = seen(Permission, "drive"), seen(Permission, "drive")
    permission_edits.change(first, NewPermission("", "Drive a van"), now, actor="owner")
    with pytest.raises(EditLost):
        permission_edits.change(second, NewPermission("", "Ride"), now, actor="owner")
    with pytest.raises(EditLost):
        permission_edits.remove(second, 0, now, actor="owner")


def test_removing_needs_to_have_seen_how_many_have_it(vera, nils, now):
    holding.give(nils, Rights(frozenset({"dispatch"})), now, actor="owner")
    for number in (0, 1):
        with pytest.raises(StillHeld) as held:
            permission_edits.remove(seen(Permission, "dispatch"), number, now, actor="owner")
        assert held.value.people == 2  # Vera by her profile, Nils on his own
    permission_edits.remove(seen(Permission, "dispatch"), 2, now, actor="owner")
    assert told("permission.removed") == {"key": "dispatch", "people": 2}
    assert catalogue.read().profiles["dispatcher"].permissions == {"drive"}
    assert holding.rights_of(nils) == Rights()


def test_removing_a_profile_takes_it_from_everybody(vera, now):
    with pytest.raises(StillHeld, match="1 people"):
        profile_edits.remove(seen(Profile, "dispatcher"), 0, now, actor="owner")
    profile_edits.remove(seen(Profile, "dispatcher"), 1, now, actor="owner")
    assert told("profile.removed") == {"key": "dispatcher", "people": 1}
    assert not holding.rights_of(vera).profiles
    assert not ProfilePermission.objects.filter(profile__key="dispatcher").exists()


def test_nobody_holds_what_nobody_was_given(vera):
    assert not catalogue.holders(Permission.objects.get(key="mentor")).exists()
    assert catalogue.holders(Permission.objects.get(key="drive")).count() == 1
    assert catalogue.holders(Profile.objects.get(key="driver")).count() == 0
