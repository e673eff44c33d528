"""Proof of work for signing up: wanted of everybody once the tenant's limit of wrong PINs is met, good once (C42)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import connection

from keyturn.audit.models import Event
from keyturn.enrollment import guessing, limits, proofs, resolving, sign_ups, unfinished
from keyturn.enrollment.core import pin as pins
from keyturn.enrollment.core import proof_of_work as core
from keyturn.enrollment.core.policy import Reason
from keyturn.enrollment.models import SignUp, SpentProof
from keyturn.enrollment.proofs import Proof
from keyturn.enrollment.sign_ups import Accepted, Needed, TooMany
from keyturn.lib import clock
from keyturn.limits import counters
from keyturn.tenants import finding, scope
from tests.enrollment import acts, working
from tests.enrollment.acts import issue
from tests.enrollment.working import FEW_BITS, guess, solve

BY_TENANT = limits.WRONG_BY_TENANT.at_most
AT_ONCE = 8


@pytest.fixture(autouse=True)
def _easy(monkeypatch):
    working.make_easy(monkeypatch)


@pytest.fixture
def guessed_at(open_to_all, now):
    """Movers, where the wrong PINs of an hour have come."""
    working.meet_limit(open_to_all, now)
    return finding.by_id(open_to_all.id)


def ask(tenant, pin="", now=None, **others):
    """Somebody signs up, each time from elsewhere."""
    return sign_ups.ask(acts.asks(tenant, pin or pins.draw().written, **others), now or clock.now())


@pytest.mark.mission("M2.13")
def test_before_the_limit_nobody_works_and_from_then_on_everybody_until_the_hour_is_over(open_to_all, now):
    tenant = finding.by_id(open_to_all.id)
    guess(BY_TENANT - 1, now)
    assert isinstance(ask(tenant, now=now), Accepted) and sign_ups.work(tenant, now) is None
    guess(1, now)
    needed = ask(tenant, now=now)
    assert isinstance(needed, Needed) and (needed.bits, needed.until) == (FEW_BITS, now + timedelta(hours=1))
    assert sign_ups.work(tenant, now).bits == FEW_BITS
    assert isinstance(ask(tenant, now=now, proof=solve(needed)), Accepted)
    assert isinstance(ask(tenant, now=needed.until), Accepted)


@pytest.mark.mission("M2.13")
def test_with_a_proof_a_good_pin_is_looked_at_and_without_one_not(guessed_at, mara):
    good = issue(mara).text
    assert isinstance(ask(guessed_at, good), Needed) and not SignUp.objects.exists()
    told = ask(guessed_at, good, proof=solve(ask(guessed_at, good)))
    acts.resolve_all()
    kept = SignUp.objects.get()
    assert (kept.reference, kept.state, kept.is_proven) == (told.reference, SignUp.ACCEPTED, True)


def test_what_was_written_down_before_the_limit_and_is_looked_at_after_it_is_not_compared(open_to_all, mara, now):
    tenant = finding.by_id(open_to_all.id)
    ask(tenant, issue(mara).text)
    working.meet_limit(open_to_all, now)
    assert resolving.step() and SignUp.objects.get().reason == Reason.TOO_MANY_WRONG


def test_without_a_proof_nobody_takes_a_place_from_the_tenant_and_each_takes_his_own(guessed_at, now):
    for _ in range(limits.ASKING_BY_SOURCE.at_most):
        assert isinstance(ask(guessed_at, source="192.0.2.1", now=now), Needed)
    assert isinstance(ask(guessed_at, source="192.0.2.1", now=now), TooMany)
    row = {"now": now, "spread_by": "192.0.2.1"}
    assert not counters.full_until(replace(limits.ASKING_BY_TENANT, at_most=1), str(guessed_at.id), **row)


def test_a_source_has_five_wrong_ones_with_proofs_too(guessed_at, mara, now):
    good = pins.read(issue(mara, max_uses=9).text)
    for _ in range(limits.WRONG_BY_SOURCE.at_most):
        guessing.compare(pins.draw(), "192.0.2.1", now, is_proven=True)
    assert guessing.compare(good, "192.0.2.1", now, is_proven=True).is_over_limit
    assert guessing.compare(good, "192.0.2.2", now, is_proven=True).pin
    assert guessing.compare(good, "192.0.2.3", now).is_over_limit


@pytest.mark.mission("M2.13")
def test_wrong_ones_with_proofs_make_the_next_dearer_and_right_ones_do_not(guessed_at, mara, now):
    good = pins.read(issue(mara, max_uses=99).text)
    for number in range(30):
        assert guessing.compare(good, f"203.0.113.{number}", now, is_proven=True).pin
    assert sign_ups.work(guessed_at, now).bits == FEW_BITS
    guess(50, now, is_proven=True)
    assert sign_ups.work(guessed_at, now).bits == FEW_BITS + 2


def test_the_tenant_hears_once_an_hour_and_with_the_last_place(open_to_all, now):
    guess(BY_TENANT - 1, now)
    assert not Event.objects.filter(action="pins.guessed").exists()
    guess(1, now)
    guess(10, now)
    guess(10, now, is_proven=True)
    assert Event.objects.filter(action="pins.guessed").count() == 1


def forged(needed: Needed, tenant, now) -> list[Proof]:
    """Proofs that somebody tried to get cheaply; each is worked for, by its own word."""
    own = core.Challenge(0, now + timedelta(days=1), "A" * 16)
    signed = core.signed(own, sha256(own.plain.encode()).hexdigest())
    easier = needed.challenge.replace(f"{FEW_BITS}.", "1.", 1)
    later = needed.challenge.replace(str(int((now + proofs.LIFETIME).timestamp())), "9999999999")
    assert needed.challenge not in (easier, later)
    return [Proof(text, working.counter_for(text, FEW_BITS)) for text in (signed, easier, later)]


def refused(tenant, proof: Proof, now) -> bool:
    return isinstance(ask(tenant, proof=proof, now=now), Needed)


def test_a_challenge_of_ones_own_or_a_changed_one_opens_nothing(guessed_at, now):
    for proof in forged(ask(guessed_at, now=now), guessed_at, now):
        assert refused(guessed_at, proof, now)


def test_control_without_the_signature_each_of_them_would(guessed_at, now, monkeypatch):
    needed = ask(guessed_at, now=now)
    monkeypatch.setattr(proofs.hmac, "compare_digest", lambda *_: True)
    taken = [not refused(guessed_at, proof, now) for proof in forged(needed, guessed_at, now)]
    assert taken == [True, True, False]  # the last is the challenge of the second, which has been used by then


def test_a_counter_that_is_no_work_opens_nothing(guessed_at, now, monkeypatch):
    needed = ask(guessed_at, now=now)
    lazy = next(n for n in range(999) if not core.is_solved(needed.challenge, n, needed.bits))
    for counter in (lazy, "", None, -1, "x" * 10**5):
        assert refused(guessed_at, Proof(needed.challenge, counter), now)
    monkeypatch.setattr(core, "is_solved", lambda *_: True)  # the control
    assert not refused(guessed_at, Proof(needed.challenge, lazy), now)


def test_a_proof_is_good_in_its_own_organization_alone(guessed_at, labs, now, monkeypatch):
    with scope.inside(labs.id):
        working.meet_limit(labs, now)
        foreign = solve(proofs.needed(str(labs.id), now))
    assert refused(guessed_at, foreign, now)
    honest = proofs.signature
    monkeypatch.setattr(proofs, "signature", lambda tenant, one: honest("", one))  # the control: bound to nobody
    with scope.inside(labs.id):
        foreign = solve(proofs.needed(str(labs.id), now))
    assert proofs.accept(foreign, now)


def test_a_proof_is_good_for_ten_minutes(guessed_at, now, monkeypatch):
    first, second = (solve(ask(guessed_at, now=now)) for _ in range(2))
    over = now + proofs.LIFETIME
    assert not refused(guessed_at, first, over - timedelta(seconds=1))
    assert refused(guessed_at, second, over)
    monkeypatch.setattr(proofs, "_holds", lambda *_: True)  # the control: nobody asks
    assert not refused(guessed_at, second, over)


@pytest.mark.mission("M2.13")
def test_a_proof_is_good_once(guessed_at, now):
    proof = solve(ask(guessed_at, now=now))
    assert not refused(guessed_at, proof, now)
    assert refused(guessed_at, proof, now) and SignUp.objects.count() == 1


def test_control_a_proof_that_nobody_seizes_is_good_twice(guessed_at, now, monkeypatch):
    monkeypatch.setattr(proofs, "seize", lambda _: True)
    proof = solve(ask(guessed_at, now=now))
    assert not refused(guessed_at, proof, now) and not refused(guessed_at, proof, now)


def at_once(tenant, proof: Proof, now) -> int:
    """How many of several at one moment were taken with one proof."""

    def one(number: int) -> bool:
        try:
            with scope.inside(tenant.id):
                return not refused(tenant, proof, now)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as askers:
        return sum(askers.map(one, range(AT_ONCE)))


@pytest.mark.django_db(transaction=True)
def test_of_several_at_once_one_is_taken(guessed_at, now):
    assert at_once(guessed_at, solve(ask(guessed_at, now=now)), now) == 1
    assert SignUp.objects.count() == SpentProof.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_the_row_that_is_there_once_all_are(guessed_at, now, monkeypatch):
    monkeypatch.setattr(proofs, "seize", lambda _: True)
    assert at_once(guessed_at, solve(ask(guessed_at, now=now)), now) == AT_ONCE


def test_a_proof_is_not_used_up_where_nothing_was_written(guessed_at, now, monkeypatch):
    """A reference that is taken is drawn again, with the same proof."""
    drawn = iter(["AAAA-AAAA", "AAAA-AAAA", "BBBB-BBBB"])
    monkeypatch.setattr(sign_ups.reference, "draw", lambda: next(drawn))
    for reference in ("AAAA-AAAA", "BBBB-BBBB"):
        proof = solve(proofs.needed(str(guessed_at.id), now))
        assert ask(guessed_at, proof=proof, now=now) == Accepted(reference)


def test_used_challenges_go_when_they_are_over(guessed_at, now):
    assert not refused(guessed_at, solve(ask(guessed_at, now=now)), now)
    unfinished.purge(now + proofs.LIFETIME - timedelta(seconds=1))
    assert SpentProof.objects.exists()
    unfinished.purge(now + proofs.LIFETIME)
    assert not SpentProof.objects.exists()
