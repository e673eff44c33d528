"""Who came by whose PIN, and disabling all of them at once."""

from datetime import timedelta

import pytest

from keyturn.audit.models import Event
from keyturn.enrollment import pins, resolving, sign_ups
from keyturn.enrollment.sign_ups import Asked
from keyturn.lib import clock
from keyturn.operators.models import OperatorSession
from keyturn.people import newcomers, queries
from keyturn.people.models import Person
from tests.console.pins.acts import at, words
from tests.enrollment.acts import issue
from tests.portal.pages import error_at


def brings_in(owner: Person, name: str, tenant, now) -> Person:
    """Somebody signs up with a PIN of this person, and has signed in since."""
    pin = pins.of(owner, now)
    text = pins.opened(pin).written if pin else issue(owner, "owner", max_uses=9).text
    source = f"192.0.2.{len(name)}"
    sign_ups.ask(Asked(text, f"{name}@new.example", name, "web", source, tenant), clock.now())
    assert resolving.step()
    person = queries.by_identifier(name)
    newcomers.activate(person.pk, clock.now())
    return person


@pytest.fixture
def open_movers(in_movers):
    in_movers.pin_sign_up = "all"
    in_movers.save()
    return in_movers


@pytest.fixture
def nina(vera, open_movers, now) -> Person:
    return brings_in(vera, "nina", open_movers, now)


@pytest.mark.mission("M2.13")
def test_the_tree_shows_who_came_by_whom(otto, vera, nina, open_movers, now):
    noah = brings_in(nina, "noah", open_movers, now)
    tab = otto.get(at(vera))
    assert "nina" in words(tab) and "noah" in words(tab)
    assert 'is-depth-1"><a href="/console/people/' + str(nina.pk) in tab.content.decode()
    assert 'is-depth-2"><a href="/console/people/' + str(noah.pk) in tab.content.decode()
    assert "By the PIN of Vera Stone" in words(otto.get(at(nina)))


@pytest.mark.mission("M2.13")
def test_all_who_came_by_a_pin_are_disabled_with_a_reason_and_their_number(otto, vera, nina, open_movers, now):
    brings_in(vera, "nora", open_movers, now)
    pin = pins.of(vera, now)
    where = at(vera, f"/{pin.pk}/disable")
    assert f'href="{where}"' in otto.get(at(vera)).content.decode()
    assert "2 accounts are disabled" in words(otto.get(where))
    assert Person.objects.get(pk=nina.pk).is_active  # a question changes nothing
    assert error_at(otto.post(where, {"note": " "}), "note")
    answer = otto.post(where, {"note": "The mail was forwarded, ticket 4711"})
    assert "Everybody who came by it is disabled." in words(otto.get(answer["Location"]))
    assert not any(person.is_active for person in Person.objects.filter(identifier__in=("nina", "nora")))
    assert pins.of(vera, now) is None
    assert "4711" in str(Event.objects.get(action="made_by_pin.disabled").reason)


def test_whom_they_let_in_goes_along_only_where_it_is_ticked(otto, vera, nina, open_movers, now):
    where = at(vera, f"/{pins.of(vera, now).pk}/disable")
    assert "Also everybody whom they let in" not in words(otto.get(where))
    noah = brings_in(nina, "noah", open_movers, now)
    assert "1 account more" in words(otto.get(where))
    otto.post(where, {"note": "ticket 1"})
    assert Person.objects.get(pk=noah.pk).is_active
    otto.post(where, {"note": "ticket 1", "and_theirs": "on"})
    assert not Person.objects.get(pk=noah.pk).is_active


def test_it_asks_again_who_it_is_and_loses_nothing_typed(otto, vera, nina, now):
    where = at(vera, f"/{pins.of(vera, now).pk}/disable")
    OperatorSession.objects.update(confirmed_at=clock.now() - timedelta(minutes=11))
    assert otto.get(where)["Location"].startswith("/console/confirm?next=")
    answer = otto.post(where, {"note": "ticket 4711"})
    assert answer.status_code == 409 and "ticket 4711" in answer.content.decode()
    assert Person.objects.get(pk=nina.pk).is_active


def test_a_pin_of_somebody_else_is_missing(otto, vera, nina, now):
    pin = pins.of(vera, now)
    assert otto.get(at(nina, f"/{pin.pk}/disable")).status_code == 404


def test_the_helpdesk_disables_nobody(hugo, vera, nina, now):
    where = at(vera, f"/{pins.of(vera, now).pk}/disable")
    assert hugo.get(where).status_code == 403 and hugo.post(where, {"note": "x"}).status_code == 403
    assert "Disable all" not in words(hugo.get(at(vera)))
