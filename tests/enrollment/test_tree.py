"""Who came by whose PIN, and how all of them are disabled at once (M2.13)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from keyturn.access import sessions
from keyturn.access.models import Session
from keyturn.access.sign_in import Refused, SignedIn
from keyturn.audit.models import Event
from keyturn.directories import accounts
from keyturn.enrollment import disabling, tree
from keyturn.enrollment.models import MadeByPin, Pin, SignUp
from keyturn.lib import clock
from keyturn.operators.models import Operator
from keyturn.operators.roles import Role
from keyturn.people.models import Person
from keyturn.tenants import scope
from tests.enrollment import acts
from tests.enrollment.acts import OTTO, issue, sign_up, signs_in


def comes(tenant, pin: str, name: str, *, signs: bool = True) -> Person:
    """Somebody comes by a PIN, and signs in."""
    made = sign_up(tenant, pin, username=name, email=f"{name}@movers.example").person
    if signs:
        assert isinstance(signs_in(tenant, acts.mailed()["PASSWORD"], name=name), SignedIn)
    return Person.objects.get(pk=made.pk)


@pytest.fixture
def family(open_to_all, mara) -> dict[str, Person]:
    """Mara brought Ada and Ben, Ada brought Cleo, Cleo brought Dan; Eve waits for her first sign-in."""
    maras = issue(mara, max_uses=5)
    people = {name: comes(open_to_all, maras.text, name) for name in ("ada", "ben")}
    people["cleo"] = comes(open_to_all, issue(people["ada"]).text, "cleo")
    people["dan"] = comes(open_to_all, issue(people["cleo"], max_uses=2).text, "dan")
    people["eve"] = comes(open_to_all, maras.text, "eve", signs=False)
    return people | {"pin": maras.pin}


@pytest.mark.mission("M2.13")
def test_the_tree_shows_every_generation(family, mara):
    shown = tree.family(mara)
    assert [(node.person.identifier, node.depth) for node in shown.flat()] == [
        ("ada", 1),
        ("cleo", 2),
        ("dan", 3),
        ("ben", 1),
        ("eve", 1),
    ]
    assert (shown.many, shown.is_cut) == (5, False)
    assert tree.origin(family["cleo"]).owner == family["ada"]
    assert tree.origin(mara) is None
    assert tree.count(family["pin"]) == 3


def test_a_tree_is_bounded_and_says_so(family, mara):
    shown = tree.family(mara, at_most=2)
    assert (shown.many, shown.is_cut) == (2, True)


def test_whoever_hides_below_many_generations_is_missed_aloud(family, mara, monkeypatch):
    monkeypatch.setattr(tree, "_DEEPEST", 2)
    shown = tree.family(mara)
    assert ("dan" in {node.person.identifier for node in shown.flat()}, shown.is_cut) == (False, True)
    monkeypatch.setattr(tree, "_DEEPEST", 3)
    assert not tree.family(mara).is_cut


def test_a_ring_ends(family, mara):
    """It cannot come about; a tree that was restored wrongly must not hang a page."""
    MadeByPin.objects.create(person=mara, pin=None, owner=family["dan"], at=clock.now())
    assert tree.family(mara).many == 5


def statuses() -> dict[str, str]:
    return dict(Person.objects.values_list("identifier", "status"))


@pytest.mark.mission("M2.13")
def test_everybody_who_came_by_a_pin_is_disabled_at_once(family, open_to_all):
    done = disabling.disable_all(family["pin"], clock.now(), actor=OTTO, reason="leaked")
    assert (done.people, done.removed, done.sessions, done.outranked) == (2, 1, 2, 0)
    assert statuses() == {
        "driver-7": "active",
        "ada": "inactive",
        "ben": "inactive",
        "cleo": "active",
        "dan": "active",
    }
    assert not Session.objects.filter(account__person=family["ada"], ended_at=None).exists()
    assert SignUp.objects.get(person=None).state == SignUp.VANISHED
    assert Event.objects.get(action="made_by_pin.disabled").reason == "leaked"
    assert sign_up(open_to_all, acts.core_text(family["pin"]), username="late").state == SignUp.REFUSED
    again = disabling.disable_all(family["pin"], clock.now(), actor=OTTO, reason="leaked")
    assert (again.people, again.removed) == (0, 0)


@pytest.mark.mission("M2.13")
def test_and_those_who_came_by_theirs(family):
    done = disabling.disable_all(family["pin"], clock.now(), actor=OTTO, reason="leaked", and_theirs=True)
    assert (done.people, done.removed) == (4, 1)
    assert set(statuses().values()) == {"active", "inactive"} and statuses()["driver-7"] == "active"
    assert not Pin.objects.filter(ended_at=None).exists()
    assert not Person.objects.filter(has_pin=True).exists()


def test_somebody_who_was_disabled_cannot_sign_in(family, open_to_all):
    account = accounts.of(family["ada"])
    accounts.set_first_password(account, "seven quiet lamps on Elm", clock.now())
    assert isinstance(signs_in(open_to_all, "seven quiet lamps on Elm", name="ada"), SignedIn)
    disabling.disable_all(family["pin"], clock.now(), actor=OTTO, reason="leaked")
    assert signs_in(open_to_all, "seven quiet lamps on Elm", name="ada") == Refused()


def test_whoever_rules_the_console_meanwhile_is_left_to_somebody_above(family, otto):
    Operator.objects.create(tenant=otto.tenant, username="ada", role=Role.OWNER, email="ada@movers.example")
    done = disabling.disable_all(family["pin"], clock.now(), actor=OTTO, reason="leaked")
    assert (done.people, done.outranked) == (1, 1)
    assert statuses()["ada"] == "active"


def test_nor_is_their_pin_ended_by_somebody_below(family, otto):
    issue(family["ada"], actor="owner")
    Operator.objects.create(tenant=otto.tenant, username="ada", role=Role.OWNER, email="ada@movers.example")
    disabling.disable_all(family["pin"], clock.now(), actor=OTTO, reason="leaked", and_theirs=True)
    assert Pin.objects.get(owner=family["ada"], ended_at=None)
    assert statuses()["cleo"] == "active"


def test_in_batches(family, monkeypatch):
    monkeypatch.setattr(disabling, "BATCH", 1)
    assert disabling.disable_all(family["pin"], clock.now(), actor=OTTO, reason="leaked").people == 2


def racing(tenant, pin, mara, now) -> list:
    """While people sign up with it, everybody of the PIN is disabled."""
    for number in range(12):
        asked = acts.asks(tenant, pin.text, username=f"late{number}", email=f"late{number}@movers.example")
        acts.sign_ups.ask(asked, clock.now())
    start = Barrier(4, timeout=60)

    def worker(number: int):
        try:
            start.wait()
            if number == 0:
                with scope.inside(tenant.id):
                    return disabling.disable_all(pin.pin, clock.now(), actor="owner", reason="leaked")
            return acts.resolve_all()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        return list(workers.map(worker, range(4)))


@pytest.mark.django_db(transaction=True)
def test_nobody_slips_through_while_it_is_disabled(open_to_all, mara, now):
    pin = issue(mara, max_uses=100)
    racing(open_to_all, pin, mara, now)
    assert not Person.objects.filter(made_by_pin__pin=pin.pin).exclude(status=Person.INACTIVE).exists()
    assert not SignUp.objects.filter(state=SignUp.ACCEPTED).exists()
    assert SignUp.objects.filter(state=SignUp.OPEN).count() == 0
    assert sessions.Session.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_control_a_pin_that_is_not_ended_first_lets_somebody_slip_through(open_to_all, mara, now, monkeypatch):
    """Somebody comes between the look at who came, and the end."""
    pin, honest = issue(mara, max_uses=100), disabling._people
    monkeypatch.setattr(disabling, "_end", lambda *_: None)

    def and_then_somebody_comes(pin_id):
        found = honest(pin_id)
        sign_up(open_to_all, pin.text)
        return found

    monkeypatch.setattr(disabling, "_people", and_then_somebody_comes)
    disabling.disable_all(pin.pin, clock.now(), actor="owner", reason="leaked")
    assert SignUp.objects.filter(state=SignUp.ACCEPTED).exists()
