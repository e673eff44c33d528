"""Before people would be stopped from recovering: how many and who, counted by the worker, saved only when seen."""

import re

import pytest

from keyturn.directories import accounts
from keyturn.people import changes
from keyturn.people.changes import NewPerson
from keyturn.recovery import preview, readiness
from keyturn.recovery.models import Preview
from keyturn.tenants import scope
from tests.console.settings.test_tabs import fields_of
from tests.console.staff import operator, sign_in


@pytest.fixture
def otto(movers):
    return sign_in(operator(movers))


@pytest.fixture
def people(movers, now):
    """Seven people of Movers who can recover, and one who left."""
    with scope.inside(movers.pk):
        made = [_person(f"p{number}@movers.example", now) for number in range(7)]
        left = _person("left@movers.example", now)
        changes.set_status(left, "inactive", now)
    return made


def _person(identifier, now):
    person = changes.create(NewPerson(identifier, identifier.partition("@")[0], identifier), now)
    accounts.open(person, person.identifier, now)
    return person


def asks(otto, movers, **typed):
    """Save a change, and come to its preview."""
    answer = otto.post("/console/settings/recovery", fields_of("recovery", movers, **typed))
    assert answer.status_code == 303 and re.search("/console/settings/preview/", answer["Location"])
    return answer["Location"]


def counts():
    while preview.step():
        pass


@pytest.mark.mission("M0.7")
def test_a_change_that_would_stop_people_says_how_many_and_who_before_it_is_saved(otto, movers, people):
    page = asks(otto, movers, allow_password_reset_via_email=None)
    assert b"Looking at everybody: 0 of 8" in otto.get(page).content
    counts()
    shown = otto.get(page).content.decode()
    assert '<span class="badge is-bad">7</span>' in shown
    assert all(f">{person.name}</a>" in shown for person in people) and ">left</a>" not in shown
    movers.refresh_from_db()
    assert movers.allow_password_reset_via_email
    assert otto.post(page).status_code == 303
    movers.refresh_from_db()
    assert not movers.allow_password_reset_via_email


def test_it_is_not_saved_before_everybody_was_looked_at(otto, movers, people):
    page = asks(otto, movers, allow_password_reset_via_email=None)
    assert otto.post(page).status_code == 200
    movers.refresh_from_db()
    assert movers.allow_password_reset_via_email


def test_part_by_part_it_comes_to_the_same(otto, movers, people, monkeypatch):
    monkeypatch.setattr(readiness, "PART", 3)
    asks(otto, movers, allow_password_reset_via_email=None)
    assert preview.step()
    with scope.inside(movers.pk):
        assert Preview.objects.get().seen == 3
    counts()
    with scope.inside(movers.pk):
        row = Preview.objects.get()
    assert (row.seen, row.stopped, len(row.listed)) == (8, 7, 7)


def test_a_pattern_stops_those_whose_names_do_not_fit(otto, movers, people):
    page = asks(otto, movers, identifier_pattern="p[0-3]@movers.example")
    counts()
    assert b'<span class="badge is-bad">3</span>' in otto.get(page).content


def test_a_change_that_stops_nobody_says_so(otto, movers, people):
    page = asks(otto, movers, allow_mobile_password_reset=None)
    counts()
    assert b"Nobody who can recover now would be stopped." in otto.get(page).content


def test_without_the_policy_it_would_say_nothing(otto, movers, people, monkeypatch):
    """The negative control: the count is the decision code's, and of nothing else."""
    monkeypatch.setattr(readiness.policy, "decide", lambda facts, now: readiness.Allowed(()))
    page = asks(otto, movers, allow_password_reset_via_email=None)
    counts()
    assert b"Nobody who can recover now would be stopped." in otto.get(page).content


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(otto, movers, people):
    page = asks(otto, movers, allow_password_reset_via_email=None)
    counts()
    otto.post("/console/settings/looks", fields_of("looks", movers, support_contact="Call the depot"))
    assert otto.post(page).status_code == 409
    movers.refresh_from_db()
    assert movers.allow_password_reset_via_email


def test_other_changes_are_saved_at_once(otto, movers, people):
    otto.post("/console/settings/recovery", fields_of("recovery", movers, ticket_expiration_minutes=30))
    movers.refresh_from_db()
    assert movers.ticket_expiration_minutes == 30


def test_anothers_preview_is_missing(otto, movers, labs, people):
    page = asks(otto, movers, allow_password_reset_via_email=None)
    assert sign_in(operator(labs, "lab")).get(page).status_code == 404


def test_how_many_statements_a_part_takes_does_not_depend_on_the_people(
    otto, movers, people, django_assert_max_num_queries
):
    asks(otto, movers, allow_password_reset_via_email=None)
    with django_assert_max_num_queries(20):
        preview.step()
