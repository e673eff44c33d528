"""Guessing PINs: counted before anything is compared, and so no more are than there are places (C42, C47)."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from keyturn.audit.models import Event
from keyturn.enrollment import guessing, limits, log, resolving, sign_ups
from keyturn.enrollment.core import pin as core
from keyturn.enrollment.core.policy import Reason
from keyturn.enrollment.models import SignUp
from keyturn.lib import clock, hashing
from keyturn.limits import counters
from keyturn.limits import models as counting
from keyturn.people.models import Person
from keyturn.tenants import finding, scope
from tests import databases, meeting, proof
from tests.enrollment import acts
from tests.enrollment.acts import issue, sign_up

BY_SOURCE, BY_TENANT = limits.WRONG_BY_SOURCE.at_most, limits.WRONG_BY_TENANT.at_most
# PostgreSQL keeps every version of a counter until the test's one transaction ends; a million would take hours.
GUESSES = proof.count(400, full=100_000 if databases.is_postgresql() else 1_000_000)
AT_ONCE = 16


@pytest.fixture
def compared(monkeypatch) -> list[str]:
    """Every PIN that was evaluated."""
    seen, honest = [], guessing.fitting
    monkeypatch.setattr(guessing, "fitting", lambda typed: seen.append(typed.written) or honest(typed))
    return seen


def drawn() -> str:
    return core.draw().written


def test_a_source_gets_five_wrong_ones_and_then_not_even_the_right_one(open_to_all, mara, compared):
    right = issue(mara).text
    for _ in range(BY_SOURCE):
        assert sign_up(open_to_all, drawn(), source="192.0.2.1").reason == Reason.PIN_WRONG
    assert sign_up(open_to_all, right, source="192.0.2.1").reason == Reason.TOO_MANY_WRONG
    assert len(compared) == BY_SOURCE
    assert sign_up(open_to_all, right, source="192.0.2.2").state == SignUp.ACCEPTED


def test_after_ten_minutes_a_source_may_guess_again(open_to_all, mara, now):
    for _ in range(BY_SOURCE):
        guessing.compare(core.draw(), "192.0.2.1", now)
    assert guessing.compare(core.draw(), "192.0.2.1", now).is_over_limit
    assert not guessing.compare(core.draw(), "192.0.2.1", now + timedelta(minutes=10)).is_over_limit


def test_right_ones_take_no_place(open_to_all, mara, now, compared):
    right = core.read(issue(mara, max_uses=500).text)
    for _ in range(BY_TENANT + 5):
        assert guessing.compare(right, "192.0.2.1", now).pin is not None
    assert len(compared) == BY_TENANT + 5


@pytest.mark.mission("M2.13")
def test_of_any_number_from_varied_sources_a_hundred_are_evaluated_and_the_tenant_hears(
    open_to_all, mara, compared, now
):
    """Through the whole flow; what the intake turns away never comes to the worker at all."""
    right = issue(mara).text
    tenant, answers = finding.by_id(open_to_all.id), Counter()
    for number in range(GUESSES):
        asked = acts.asks(tenant, drawn(), source=f"198.51.{number // 5 % 250}.{number % 250}")
        answers[type(sign_ups.ask(asked, clock.now())).__name__] += 1
        acts.resolve_all()
    assert len(compared) <= BY_TENANT * (1 + _hours_since(now)) and right not in compared
    assert not Person.objects.filter(status=Person.PENDING).exists()
    assert Event.objects.filter(action="pins.guessed").exists()
    assert log.guessed_at(clock.now()) is not None
    proof.note("guesses at PINs of one tenant, from varied sources", GUESSES, f"{len(compared)} evaluated, 0 hits")


def _hours_since(moment) -> int:
    return int((clock.now() - moment).total_seconds() // 3600)


def test_of_guesses_past_the_intake_no_more_are_evaluated(open_to_all, mara, now, compared):
    """As if the intake had no limits: the worker's own hold."""
    for number in range(BY_TENANT * 3):
        guessing.compare(core.draw(), f"198.51.100.{number}", now)
    assert len(compared) == BY_TENANT
    assert Event.objects.filter(action="pins.guessed").count() == 1


def test_control_without_the_count_every_guess_is_evaluated(open_to_all, mara, now, compared, monkeypatch):
    monkeypatch.setattr(guessing, "_take_places", lambda *_: True)
    for number in range(BY_TENANT * 3):
        guessing.compare(core.draw(), f"198.51.100.{number}", now)
    assert len(compared) == BY_TENANT * 3


def test_one_hash_whether_there_is_such_a_pin_or_not(open_to_all, mara, now, monkeypatch):
    given, hashes, honest = core.read(issue(mara).text), [], hashing._compute
    monkeypatch.setattr(hashing, "_compute", lambda text, stored: hashes.append(text) or honest(text, stored))
    wrong = core.PinText(given.selector, core.draw().secret)
    for typed in (core.draw(), wrong, given):
        hashes.clear()
        guessing.compare(typed, "192.0.2.1", now)
        assert len(hashes) == 1


def test_a_pin_of_another_tenant_is_no_pin_here(open_to_all, labs, mara, now):
    given = core.read(issue(mara).text)
    with scope.inside(labs.id):
        assert guessing.compare(given, "192.0.2.1", now).pin is None
    assert guessing.compare(given, "192.0.2.1", now).pin is not None


def guesses_at_once(tenant, count: int, now) -> None:
    def guesser(number: int) -> None:
        try:
            with scope.inside(tenant.id):
                guessing.compare(core.draw(), "192.0.2.1", now)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as guessers:
        list(guessers.map(guesser, range(count)))


@pytest.mark.django_db(transaction=True)
def test_of_a_hundred_guesses_at_once_five_are_evaluated(open_to_all, mara, now, compared):
    guesses_at_once(open_to_all, 100, now)
    assert len(compared) == BY_SOURCE
    proof.note("parallel guesses at PINs by one source", 100, f"{BY_SOURCE} evaluated")


@pytest.mark.django_db(transaction=True)
def test_with_a_guard_that_looks_first_more_are_evaluated(open_to_all, mara, now, compared, monkeypatch):
    """The control: the counter is looked at, and then written. All who look at the same moment see a place left."""

    def look(source, tenant, moment, is_proven):
        return counters.full_until(limits.WRONG_BY_SOURCE, source, now=moment) is None

    monkeypatch.setattr(guessing, "_take_places", look)
    meeting.after(monkeypatch, guessing, "_take_places", AT_ONCE)
    guesses_at_once(open_to_all, AT_ONCE, now)
    assert len(compared) == AT_ONCE


def test_a_worker_that_dies_over_a_guess_has_counted_it(open_to_all, mara, now, monkeypatch):
    sign_ups.ask(acts.asks(finding.by_id(open_to_all.id), drawn(), source="192.0.2.1"), clock.now())

    def die(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(guessing, "fitting", die)
    with pytest.raises(KeyboardInterrupt):
        resolving.step()
    key = limits.WRONG_BY_SOURCE.key("192.0.2.1")
    assert counting.Counter.objects.get(key=key).hits == 1
