"""Giving a PIN code, replacing it, taking it away; the page says before what a new user would get."""

import re
from datetime import timedelta

import pytest

from keyturn.audit.models import Event
from keyturn.enrollment import offers, pins
from keyturn.enrollment.core import pin as core
from keyturn.enrollment.guessing import fitting
from keyturn.enrollment.models import Pin
from keyturn.lib import clock
from keyturn.operators.models import OperatorSession
from keyturn.operators.roles import Role
from keyturn.people import changes
from keyturn.people.models import Person
from keyturn.people.rights import holding
from keyturn.people.rights.core import Rights
from tests.console.pins.acts import GOOD, KEEP_ALL, at, gives, ticks, words
from tests.console.staff import operator, sign_in
from tests.portal.pages import error_at


@pytest.mark.mission("M2.13", "M2.10")
def test_the_dialog_shows_exactly_what_a_new_user_would_get_and_what_not_and_why(otto, vera):
    answer = otto.get(at(vera, "/give"))
    assert ticks(answer) == {"profile:dispatcher": True, "company:Harbour Freight": True, "": True}
    page = words(answer)
    assert "Dispatcher profile: Send drivers out, Drive" in page
    assert "Night Vans May not work for it" in page  # goes along, and cannot be left out
    assert re.search(r"Never passed on.*Take lists away permission Never cloned", page)
    assert 'value="30"' in answer.content.decode() and not Pin.objects.exists()


@pytest.mark.mission("M2.7")
def test_one_press_gives_a_pin_whose_secret_nobody_sees(otto, vera, now):
    given = words(otto.get(otto.post(at(vera, "/give"), GOOD)["Location"]))
    assert "The PIN code is given." in given and "-•••••-•••••" in given
    text = gives(otto, vera)
    pin = pins.of(vera, now)
    assert fitting(core.read(text)) == pin
    assert (pin.max_uses, pin.withheld) == (3, [])
    assert now + timedelta(days=13) < pin.expires_at < now + timedelta(days=15)
    tab = words(otto.get(at(vera)))
    assert f"{text[:4]}-•••••-•••••" in tab and "0 of 3" in tab and "otto" in tab and "Works" in tab
    assert text not in tab and text[5:] not in str(list(Event.objects.values()))
    assert text not in str(list(Pin.objects.values("selector", "secret_hash")))


@pytest.mark.mission("M2.7")
def test_a_pin_is_replaced_and_taken_away(otto, vera, now):
    first, second = gives(otto, vera), None
    assert "The present PIN stops working" in words(otto.get(at(vera, "/give")))
    second = gives(otto, vera)
    assert fitting(core.read(first)).ended_because == "replaced"
    assert pins.of(vera, now) == fitting(core.read(second))
    assert "Take the PIN code of Vera Stone away?" in words(otto.get(at(vera, "/take")))
    assert pins.of(vera, now)  # a question changes nothing
    otto.post(at(vera, "/take"))
    assert pins.of(vera, now) is None
    tab = words(otto.get(at(vera)))
    assert "Taken back" in tab and "Give a PIN code" in tab
    assert "This person has no PIN" in words(otto.get(at(changes.create(_nora(), now))))


@pytest.mark.mission("M2.13")
def test_what_carries_no_tick_is_left_out(otto, vera, now):
    gives(otto, vera, keep=["company:Harbour Freight"])
    pin = pins.of(vera, now)
    assert pin.withheld == ["profile:dispatcher"]
    assert offers.of_owner(vera, pin.withheld).rights.profiles == frozenset()
    assert "Left out by whoever issued the PIN code." in words(otto.get(at(vera)))


def test_what_was_granted_after_the_page_was_made_is_left_out_because_nobody_saw_it(otto, vera, now):
    rights = holding.rights_of(vera)
    holding.give(
        vera, Rights(rights.permissions | {"mentor"}, rights.profiles, rights.exceptions), now, actor="owner"
    )
    gives(otto, vera, keep=KEEP_ALL)
    assert pins.of(vera, now).withheld == ["permission:mentor"]


def test_what_nobody_offered_cannot_be_ticked_in(otto, vera, now):
    gives(otto, vera, keep=[*KEEP_ALL, "permission:export", "permission:made-up"])
    assert offers.of_owner(vera, pins.of(vera, now).withheld).effective == {"drive", "dispatch"}


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"days": "0"}, "days", "from 1 to 365"),
        ({"days": "366"}, "days", "from 1 to 365"),
        ({"days": "٣"}, "days", "from 1 to 365"),
        ({"uses": ""}, "uses", "from 1 to 1000"),
        ({"uses": "1" * 400}, "uses", "from 1 to 1000"),
        ({"domains": "movers.example, two@@at"}, "domains", "no domain"),
        ({"domains": " ".join(f"d{n}.example" for n in range(21))}, "domains", "Twenty"),
        ({"address": "nobody"}, "address", "name@example.com"),
        ({"address": "a\0b"}, "address", "cannot be seen"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(otto, vera, typed, field, sentence):
    kept = GOOD | {"domains": "movers.example", "keep": ["profile:dispatcher"]} | typed
    answer = otto.post(at(vera, "/give"), kept)
    assert answer.status_code == 422 and sentence in error_at(answer, field)
    assert ticks(answer) == {"profile:dispatcher": True, "company:Harbour Freight": False, "": True}
    assert 'value="3"' in answer.content.decode() or field == "uses"
    assert not Pin.objects.exists()


def test_everything_that_is_wrong_is_said_at_once(otto, vera):
    answer = otto.post(at(vera, "/give"), {"days": "x", "uses": "y", "domains": "@", "address": "z"})
    assert all(error_at(answer, name) for name in ("days", "uses", "address"))


def test_domains_and_an_address_bind_a_pin(otto, vera, now):
    gives(otto, vera, domains="@Movers.example; labs.example", address="nina@movers.example")
    pin = pins.of(vera, now)
    assert (pin.domains, pin.fixed_address) == (["movers.example", "labs.example"], "nina@movers.example")
    tab = words(otto.get(at(vera)))
    assert "movers.example, labs.example" in tab and "nina@movers.example" in tab


def test_who_may_not_give_pins_looks_on(hugo, in_movers, vera):
    ada = sign_in(operator(in_movers, "ada", Role.AUDITOR))
    for browser in (hugo, ada):
        tab = browser.get(at(vera))
        assert tab.status_code == 200 and "Give a PIN code" not in words(tab)
        assert browser.get(at(vera, "/give")).status_code == 403
        assert browser.post(at(vera, "/give"), GOOD).status_code == 403
        assert browser.post(at(vera, "/take")).status_code == 403
    assert not Pin.objects.exists()


def test_nobody_gives_a_pin_to_somebody_of_their_own_rank_or_above(otto, vera, in_movers):
    operator(in_movers, "vera", Role.ADMINISTRATOR, "vera@movers.example")
    assert "your rank or above" in words(otto.get(at(vera)))
    answer = otto.post(at(vera, "/give"), GOOD)
    assert answer.status_code == 422 and "your rank or above" in words(answer)
    assert not Pin.objects.exists()


def test_nobody_takes_the_pin_of_somebody_of_their_own_rank_or_above(otto, vera, in_movers, now):
    gives(otto, vera)
    operator(in_movers, "vera", Role.ADMINISTRATOR, "vera@movers.example")
    otto.post(at(vera, "/take"))
    assert Pin.objects.filter(ended_at=None).exists()


def test_somebody_who_is_not_active_gets_no_pin(otto, vera, now):
    changes.set_status(vera, Person.INACTIVE, now)
    answer = otto.post(at(vera, "/give"), GOOD)
    assert answer.status_code == 422 and "not active" in words(answer)


def test_a_pin_asks_again_who_it_is_and_loses_nothing_typed(otto, vera):
    OperatorSession.objects.update(confirmed_at=clock.now() - timedelta(minutes=11))
    assert otto.get(at(vera, "/give"))["Location"].startswith("/console/confirm?next=")
    answer = otto.post(at(vera, "/give"), GOOD | {"days": "77"})
    assert answer.status_code == 409 and 'value="77"' in answer.content.decode()
    assert "Confirm that it is you" in words(answer) and not Pin.objects.exists()


def test_the_page_says_where_nobody_can_sign_up(otto, vera, in_movers):
    assert "PIN code user creation is off" in words(otto.get(at(vera)))
    in_movers.pin_sign_up = "web"
    in_movers.save()
    assert "PIN code user creation is off" not in words(otto.get(at(vera)))


def _nora():
    return changes.NewPerson("nora@movers.example", "Nora", email="nora@movers.example")
