"""Variables: one for each kind of message, each holding the exact name of a layout."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from keyturn.audit.models import Event
from keyturn.outbox.layouts import queries, saving, variables
from keyturn.outbox.layouts.models import StoredLayout, Variable
from keyturn.outbox.layouts.refusals import LayoutRefused
from keyturn.outbox.layouts.variables import VARIABLES
from keyturn.outbox.purposes import PURPOSES
from keyturn.tenants import scope
from tests.outbox.layouts.conftest import OTTO


@pytest.mark.mission("M2.5")
@pytest.mark.parametrize(
    ("name", "purpose"),
    [
        ("PINCODE_EMAIL_BODY", "pin_code"),
        ("PASSWORD_EMAIL_NEW", "password_new"),
        ("PASSWORD_EMAIL_CHANGE", "recovery_link"),
        ("PASSWORD_CHANGED_EMAIL", "password_changed"),
    ],
)
def test_the_names_that_stand_in_manuals(name, purpose):
    assert (VARIABLES[name].purpose, VARIABLES[name].channel) == (purpose, "email")


@pytest.mark.mission("M2.5")
def test_every_kind_of_message_has_one_of_its_own():
    kinds = {(purpose.name, channel) for purpose in PURPOSES.values() for channel in purpose.channels}
    assert sorted((one.purpose, one.channel) for one in VARIABLES.values()) == sorted(kinds)
    assert all(len(name) <= 60 for name in VARIABLES)


def test_at_first_every_message_goes_out_in_built_in_words(in_movers):
    assert {row.layout_name for row in variables.listing()} == {""}


def test_a_variable_holds_a_layout_and_lets_it_go(layout, write, now):
    write(layout)
    variables.point("PASSWORD_EMAIL_CHANGE", "Our link", now, actor=OTTO)
    assert Variable.objects.get().layout == layout
    variables.point("PASSWORD_EMAIL_CHANGE", "Our link", now, actor=OTTO)
    variables.point("PASSWORD_EMAIL_CHANGE", "", now, actor=OTTO)
    assert not Variable.objects.exists()
    told = [event.data["layout"] for event in Event.objects.filter(action="variable.pointed").order_by("at", "pk")]
    assert sorted(told) == [["", "Our link"], ["Our link", ""]]


@pytest.mark.mission("M2.5")
@pytest.mark.parametrize(
    ("variable", "name", "reason"),
    [
        ("NO_SUCH", "Our link", "not_a_variable"),
        ("PASSWORD_EMAIL_CHANGE", "our link", "no_such_layout"),
        ("PASSWORD_EMAIL_CHANGE", "Our link ", "no_such_layout"),
        ("PASSWORD_EMAIL_CHANGE", "x" * 5_000, "no_such_layout"),
        ("PASSWORD_CHANGED_EMAIL", "Our link", "other_purpose"),
        ("TEMPORARY_PASSWORD_SMS", "Our link", "other_purpose"),
        ("PASSWORD_EMAIL_CHANGE", "Empty", "no_words"),
    ],
)
def test_what_no_variable_can_hold(layout, write, now, variable, name, reason):
    write(layout)
    saving.create("Empty", "PASSWORD_EMAIL_CHANGE", now, actor=OTTO)
    with pytest.raises(LayoutRefused) as refused:
        variables.point(variable, name, now, actor=OTTO)
    assert refused.value.reason == reason
    assert not Variable.objects.exists()


def test_another_organizations_layout_is_none_of_ours(layout, write, labs, now):
    write(layout)
    with scope.inside(labs.id):
        assert queries.layouts() == []
        with pytest.raises(LayoutRefused) as refused:
            variables.point("PASSWORD_EMAIL_CHANGE", "Our link", now, actor=OTTO)
        assert refused.value.reason == "no_such_layout"
        assert saving.create("Our link", "PASSWORD_EMAIL_CHANGE", now, actor=OTTO).pk != layout.pk


@pytest.mark.django_db(transaction=True)
def test_a_layout_is_either_held_or_taken_away(layout, write, now):
    """Of two who do both at once one is refused, and no variable is left holding nothing."""
    write(layout)

    def held():
        variables.point("PASSWORD_EMAIL_CHANGE", "Our link", now, actor=OTTO)

    def removed():
        saving.remove(layout, now, actor=OTTO)

    answers = _at_once(layout.tenant_id, held, removed)
    assert sorted(answers) in (["", "in_use"], ["", "no_such_layout"])
    assert Variable.objects.count() == StoredLayout.objects.count()


def _at_once(tenant_id, *acts):
    barrier = threading.Barrier(len(acts), timeout=60)

    def one(act):
        try:
            with scope.inside(tenant_id):
                barrier.wait()
                act()
        except LayoutRefused as refused:
            return refused.reason
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))
