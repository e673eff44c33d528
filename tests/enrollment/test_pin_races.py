"""A hundred at once: a PIN with one use left makes one person, and a right that is being taken away is not passed on.

Everybody is held after the decision, so that all have decided on the PIN as it was; each race has its control.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F

from keyturn.enrollment import admitting, pins
from keyturn.enrollment.models import MadeByPin, Pin, SignUp
from keyturn.lib import clock
from keyturn.outbox.models import Message
from keyturn.people.models import Person
from keyturn.people.rights import holding
from tests import meeting, proof
from tests.enrollment import acts
from tests.enrollment.acts import issue

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 16


def uses_at_once(tenant, pin, count: int, threads: int = AT_ONCE) -> None:
    for number in range(count):
        asked = acts.asks(tenant, pin.text, username=f"one{number}", email=f"one{number}@movers.example")
        acts.sign_ups.ask(asked, clock.now())

    def worker(_: int) -> None:
        try:
            acts.resolve_all()
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as workers:
        list(workers.map(worker, range(threads)))


def made() -> int:
    return Person.objects.filter(status=Person.PENDING).count()


@pytest.mark.mission("M2.13")
def test_of_a_hundred_parallel_uses_of_a_pin_with_one_use_left_one_makes_a_person(open_to_all, mara, monkeypatch):
    pin = issue(mara, max_uses=3)
    Pin.objects.update(uses=2)
    meeting.after(monkeypatch, admitting, "prepare", AT_ONCE)
    uses_at_once(open_to_all, pin, 100)
    assert made() == 1 == Message.objects.count()
    assert SignUp.objects.filter(state=SignUp.ACCEPTED).count() == 1
    assert SignUp.objects.filter(state=SignUp.REFUSED, reason="pin_spent").count() == 99
    ended = Pin.objects.get()
    assert (ended.uses, ended.ended_because) == (3, "spent")
    proof.note("parallel uses of a PIN with one use left", 100, "1 person")


def test_control_without_the_guard_in_the_statement_everybody_makes_one(open_to_all, mara, monkeypatch):
    pin = issue(mara)
    monkeypatch.setattr(pins, "seize", lambda pin, now: Pin.objects.filter(pk=pin.pk).update(uses=F("uses") + 1) == 1)
    meeting.after(monkeypatch, admitting, "prepare", 4)
    uses_at_once(open_to_all, pin, 4, threads=4)
    assert made() == 4


def test_of_many_who_want_one_name_one_has_it_and_the_others_spend_nothing(open_to_all, mara, monkeypatch):
    pin = issue(mara, max_uses=100)
    for number in range(8):
        asked = acts.asks(open_to_all, pin.text, email=f"one{number}@movers.example")
        acts.sign_ups.ask(asked, clock.now())
    meeting.after(monkeypatch, admitting, "prepare", 8)
    _resolve_at_once(8)
    assert made() == 1 and Pin.objects.get().uses == 1
    assert SignUp.objects.filter(reason="username_taken").count() == 7


def _resolve_at_once(threads: int) -> None:
    def worker(_: int) -> None:
        try:
            acts.resolve_all()
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as workers:
        list(workers.map(worker, range(threads)))


def takes_away_after_the_decision(monkeypatch, act) -> None:
    """Something happens to the owner when the worker has decided, and before it writes."""
    honest = admitting.prepare

    def prepare(wish, found, now):
        act()
        return honest(wish, found, now)

    monkeypatch.setattr(admitting, "prepare", prepare)


@pytest.mark.mission("M2.10")
def test_a_right_that_was_taken_away_before_the_write_is_not_passed_on(open_to_all, mara, catalogue, monkeypatch):
    catalogue.grants(mara, {"dispatch", "report"})
    pin = issue(mara)
    takes_away_after_the_decision(monkeypatch, lambda: catalogue.grants(mara, {"report"}))
    person = acts.sign_up(open_to_all, pin.text).person
    assert holding.rights_of(person).permissions == {"report"}
    assert MadeByPin.objects.get().rights["permissions"] == ["report"]


@pytest.mark.parametrize(
    "act",
    [
        lambda mara: pins.revoke(mara, clock.now(), actor="owner"),
        lambda mara: acts.changes.set_status(mara, Person.INACTIVE, clock.now()),
        lambda mara: acts.changes.delete(Person.objects.get(pk=mara.pk), clock.now()),
        lambda mara: Pin.objects.update(expires_at=clock.now() - timedelta(minutes=1)),
    ],
    ids=["revoked", "inactive", "forgotten", "expired"],
)
def test_a_pin_that_died_between_decision_and_write_makes_nobody(open_to_all, mara, monkeypatch, act):
    pin, once = issue(mara), iter([1])
    takes_away_after_the_decision(monkeypatch, lambda: act(mara) if next(once, None) else None)
    assert acts.sign_up(open_to_all, pin.text).state == SignUp.REFUSED
    assert made() == 0 and not Message.objects.exists()


def test_control_without_asking_again_it_would(open_to_all, mara, monkeypatch):
    pin = issue(mara)
    takes_away_after_the_decision(monkeypatch, lambda: acts.changes.set_status(mara, Person.INACTIVE, clock.now()))
    monkeypatch.setattr(admitting, "_hold", lambda owner: None)
    assert acts.sign_up(open_to_all, pin.text).state == SignUp.ACCEPTED
