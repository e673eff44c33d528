"""A hundred at once: no more than five guesses are judged, and one right answer changes the password.

Each race has its control: the same race with the guard taken out must show what the guard prevents.
"""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

import pytest
from django.db import connection, transaction

from keyturn.audit.models import Event
from keyturn.directories.models import Account
from keyturn.lib import clock
from keyturn.outbox.models import Message
from keyturn.recovery import limits, redeem, resolve, tickets
from keyturn.recovery.core import ticket as core
from keyturn.recovery.core.claim import Claim
from keyturn.recovery.models import Intake, Recovery, Ticket
from keyturn.tenants import scope
from tests.recovery import acts

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 16  # threads; the connections' pool has twenty


@pytest.fixture
def sent(mara, account, in_movers) -> tuple[str, str]:
    acts.recover(in_movers)
    return acts.link_and_code()


def race(count: int, act: Callable[[int], object]) -> Counter:
    """Let so many act at once, each with a connection of its own; how often each kind of answer came."""
    tenant_id = scope.current_id()

    def racer(number: int) -> object:
        try:
            with scope.inside(tenant_id):
                return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as racers:
        return Counter(racers.map(racer, range(count)))


@pytest.fixture
def judged(monkeypatch) -> list[str]:
    """Every code that was compared with the ticket's."""
    compared, lock, fits = [], Lock(), core.code_fits

    def counting(token, code, tag):
        with lock:
            compared.append(code)
        return fits(token, code, tag)

    monkeypatch.setattr(core, "code_fits", counting)
    return compared


def guesses_at_once(sent) -> Counter:
    token, code = sent
    wrong = [f"{(int(code) + 1 + number) % 10**6:06}" for number in range(100)]
    return race(100, lambda number: acts.redeems(token, wrong[number]).reason)


@pytest.mark.mission("M4.3")
def test_of_a_hundred_guesses_at_once_five_are_judged(sent, judged):
    told = guesses_at_once(sent)
    assert len(judged) == 5 == Ticket.objects.get().attempts
    assert told.total() == 100
    assert isinstance(acts.redeems(*sent), redeem.Refused)
    assert Account.objects.get().credential_epoch == 0


def test_with_a_guard_that_looks_first_more_are_judged(sent, judged, monkeypatch):
    """The control: the tries are read, and then written. All who read at the same moment see a try left."""
    meeting = Barrier(AT_ONCE, timeout=60)

    def look_then_write(ticket, now):
        seen = Ticket.objects.get(pk=ticket.pk).attempts
        if seen == 0:
            meeting.wait()
        return seen < 5 and Ticket.objects.filter(pk=ticket.pk).update(attempts=seen + 1) == 1

    monkeypatch.setattr(tickets, "count_try", look_then_write)
    guesses_at_once(sent)
    assert len(judged) > 5


def right_answers_at_once(sent, count: int) -> Counter:
    token, code = sent
    words = ("violet", "copper", "meadow", "lantern")
    return race(count, lambda number: type(acts.redeems(token, code, f"{words[number % 4]} tractor beside a lake")))


@pytest.mark.mission("M4.3", "M4.6")
def test_of_many_right_answers_at_once_one_changes_the_password(sent):
    told = right_answers_at_once(sent, 100)
    assert told[redeem.Redeemed] == 1
    assert set(told) <= {redeem.Redeemed, redeem.Refused, redeem.Busy}
    assert Account.objects.get().credential_epoch == 1
    assert Event.objects.filter(action="password.changed").count() == 1
    assert Message.objects.filter(purpose="password_changed", channel="email").count() == 1
    assert Recovery.objects.get().state == Recovery.COMPLETED


def test_without_seizing_more_than_one_would_be_told_it_worked(sent, monkeypatch):
    """The control: nobody seizes, nobody checks the epoch; every right answer counts."""
    monkeypatch.setattr(tickets, "seize", lambda ticket, now: now)
    monkeypatch.setattr(tickets, "settle", lambda ticket, lease, now: True)
    monkeypatch.setattr(tickets, "is_being_redeemed", lambda ticket, now: False)
    monkeypatch.setattr(tickets, "count_try", lambda ticket, now: True)
    monkeypatch.setattr("keyturn.passwords.change.Change.settle", lambda self, **_: None)
    assert right_answers_at_once(sent, 10)[redeem.Redeemed] > 1


def test_many_links_asked_for_at_once_leave_one_in_force(mara, account, in_movers):
    for _ in range(6):
        acts.ask(in_movers, Claim(email=acts.MARAS_EMAIL))
    race(6, lambda number: _resolves())
    acts.resolve_all()
    assert Ticket.objects.filter(state=Ticket.OPEN).count() == 1
    assert Recovery.objects.filter(reason="too_many_to_account").count() == 3
    assert Recovery.objects.count() == 6
    waiting = Message.objects.filter(state=Message.QUEUED).values_list("id", flat=True)
    assert list(waiting) == [Ticket.objects.get(state=Ticket.OPEN).message_id]


def _resolves() -> bool:
    with scope.inside(None):
        return resolve.step()


def test_the_last_place_is_given_once(in_movers):
    """Everybody looks at the same moment and sees a place; the grip decides."""
    allowance, now = limits.TO_ACCOUNT, clock.now()

    def grabs(number: int) -> bool:
        try:
            with transaction.atomic():
                limits.take([(allowance, "mara")], now)
        except limits.PlaceLost:
            return False
        return True

    assert race(40, grabs)[True] == 3


def test_whoever_loses_the_race_for_a_place_decides_again(mara, in_movers, monkeypatch):
    """Between the look and the grip somebody takes the last place: the decision becomes a refusal."""
    find, rounds = resolve.finder.find, []

    def find_and_be_outrun(request, tenant, now):
        found = find(request, tenant, now)
        if not rounds:
            for _ in range(3):
                limits.take([resolve.finder.place_of(found.account, tenant)], now)
        rounds.append(found)
        return found

    monkeypatch.setattr(resolve.finder, "find", find_and_be_outrun)
    assert acts.recover(in_movers).reason == "too_many_to_account"
    assert len(rounds) == 2 and not Message.objects.exists()
    assert Intake.objects.get().resolved_at
