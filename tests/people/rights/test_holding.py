"""What a person holds: given, changed from a form, carried to programs; never in two minds at one moment."""

import threading

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyturn.audit.models import Event
from keyturn.lib.edits import Seen
from keyturn.people import changes
from keyturn.people.models import Permission, Person, Profile
from keyturn.people.rights import catalogue, core, holding, permission_edits, profile_edits, queries
from keyturn.people.rights.core import CompanyException, Holding, Rights
from keyturn.people.rights.wanted import NewPermission, NewProfile, RightsRefused
from keyturn.tenants import scope
from tests.people.rights.conftest import VERAS

pytestmark = pytest.mark.mission("M2.10")


def fresh(person):
    return Person.objects.get(pk=person.pk)


def test_what_was_given_is_held(vera):
    assert holding.of(vera) == Holding(VERAS, is_active=True)
    assert core.effective(holding.of(vera), catalogue.read()) == {"drive", "dispatch", "export"}


def test_a_change_is_audited_with_before_and_after(vera, now):
    after = Rights(frozenset({"mentor"}), frozenset({"dispatcher"}), frozenset())
    assert holding.change(vera, after, fresh(vera).version, now, actor="operator:1")
    told = Event.objects.get(action="rights.changed", actor="operator:1")
    assert told.subject == f"person:{vera.pk}"
    assert told.data == {
        "permissions": {"before": ["export"], "after": ["mentor"]},
        "companies": {"before": ["allow Harbour Freight", "deny Night Vans"], "after": []},
    }
    assert holding.rights_of(vera) == after


def test_nothing_different_is_no_event(vera, now):
    before = Event.objects.count()
    assert not holding.give(vera, VERAS, now, actor="owner")
    assert Event.objects.count() == before


def test_whoever_saves_second_changes_nothing(vera, now):
    version = fresh(vera).version
    assert holding.change(vera, Rights(), version, now, actor="owner")
    assert not holding.change(vera, VERAS, version, now, actor="owner")
    assert holding.rights_of(vera) == Rights()


@pytest.mark.parametrize(
    ("rights", "reason"),
    [
        (Rights(permissions=frozenset({"drive", "gone"})), "unknown_permission"),
        (Rights(profiles=frozenset({"gone"})), "unknown_profile"),
        (Rights(exceptions=frozenset({CompanyException("A", "maybe")})), "unknown_effect"),
        (Rights(exceptions=frozenset({CompanyException("A", "deny"), CompanyException("a", "allow")})), "repeated"),
        (Rights(exceptions=frozenset({CompanyException(" ", "deny")})), "empty"),
        (Rights(exceptions=frozenset({CompanyException("A\0", "deny")})), "control_character"),
        (Rights(exceptions=frozenset(CompanyException(f"C{n}", "deny") for n in range(41))), "too_many"),
    ],
)
def test_what_cannot_be_held_changes_nothing(vera, now, rights, reason):
    with pytest.raises(RightsRefused) as refused:
        holding.give(vera, rights, now, actor="owner")
    assert refused.value.reason == reason
    assert holding.rights_of(vera) == VERAS


def test_nothing_of_another_tenant_can_be_given(vera, labs, now):
    with scope.inside(labs.pk):
        permission_edits.add(NewPermission("labs-only", "Labs only"), now, actor="owner")
    with pytest.raises(RightsRefused, match="unknown_permission"):
        holding.give(vera, Rights(frozenset({"labs-only"})), now, actor="owner")


def test_a_company_in_other_capitals_takes_the_place_of_the_old(vera, now):
    other = Rights(exceptions=frozenset({CompanyException("NIGHT VANS", "allow")}))
    holding.give(vera, other, now, actor="owner")
    assert holding.rights_of(vera) == other


def test_somebody_inactive_passes_nothing_on(vera, now):
    changes.set_status(vera, Person.INACTIVE, now)
    stale = Person(pk=vera.pk, status=Person.ACTIVE)
    assert not holding.cloned(stale).effective


def test_a_pin_passes_on_what_the_owner_has_now(vera, now):
    assert holding.cloned(vera).effective == {"drive", "dispatch"}
    row = Profile.objects.get(key="dispatcher")
    profile_edits.change(
        Seen(row, row.version), NewProfile("", "Dispatcher", frozenset({"drive"})), now, actor="owner"
    )
    assert holding.cloned(vera).effective == {"drive"}
    row = Permission.objects.get(key="drive")
    permission_edits.change(Seen(row, row.version), NewPermission("", "Drive", "helpdesk"), now, actor="owner")
    assert not holding.cloned(vera).effective


def test_what_programs_are_told(vera):
    told = queries.carried(vera)
    assert told.permissions == ("dispatch", "drive", "export")
    assert told.profiles == ("dispatcher",)
    assert [(one.company, one.effect) for one in told.exceptions] == [
        ("Harbour Freight", "allow"),
        ("Night Vans", "deny"),
    ]


RIGHTS = st.builds(
    Rights,
    st.frozensets(st.sampled_from(("drive", "dispatch", "mentor", "export"))),
    st.frozensets(st.sampled_from(("driver", "dispatcher"))),
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rights=RIGHTS)
def test_programs_are_told_what_the_core_says(vera, now, rights):
    holding.give(vera, rights, now, actor="owner")
    assert set(queries.carried(vera).permissions) == core.effective(holding.of(vera), catalogue.read())


def pass_on_while_it_is_taken_away(vera, now, take_away) -> tuple[frozenset[str], bool]:
    """What a PIN passes on when `take_away` runs beside it, from the moment in which the PIN is looked at; and
    whether that was through before the PIN was."""
    looked, tried, tenant_id = threading.Event(), threading.Event(), vera.tenant_id

    def other():
        with scope.inside(tenant_id):
            looked.wait(10)
            tried.set()
            take_away()
        connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    with transaction.atomic():
        holding.lock(vera)
        looked.set()
        tried.wait(10)
        thread.join(0.5)  # where nothing holds it up it is through by then
        effective = holding.cloned(vera).effective
        is_through = not thread.is_alive()
    thread.join(20)
    return effective, is_through


def take_rights(vera, now):
    holding.give(vera, Rights(), now, actor="owner")


def empty_profile(vera, now):
    row = Profile.objects.get(key="dispatcher")
    profile_edits.change(Seen(row, row.version), NewProfile("", "Dispatcher"), now, actor="owner")


def reserve(vera, now):
    row = Permission.objects.get(key="dispatch")
    permission_edits.change(Seen(row, row.version), NewPermission("", "x", "administration"), now, actor="owner")


def switch_off(vera, now):
    changes.set_status(vera, Person.INACTIVE, now)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("taken", [take_rights, empty_profile, reserve, switch_off])
def test_nothing_is_taken_away_between_looking_and_passing_on(vera, now, taken):
    effective, is_through = pass_on_while_it_is_taken_away(vera, now, lambda: taken(vera, now))
    assert (effective, is_through) == ({"drive", "dispatch"}, False)
    assert holding.cloned(vera).effective != effective  # and then it was


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_it_would_be(vera, now, monkeypatch):
    """On PostgreSQL; SQLite has one writer at a time anyway."""
    monkeypatch.setattr(holding, "lock", lambda person: None)
    effective, is_through = pass_on_while_it_is_taken_away(vera, now, lambda: take_rights(vera, now))
    slipped = connection.vendor == "postgresql"
    assert (effective, is_through) == (frozenset() if slipped else {"drive", "dispatch"}, slipped)
