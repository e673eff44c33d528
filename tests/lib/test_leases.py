"""Rows that wait for a worker: claimed once, found again after a death, never written by somebody too late."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from keyturn.lib import leases
from keyturn.lib.leases import LeaseLost
from keyturn.recovery.models import Intake

LEASE = timedelta(seconds=90)
SHORT = timedelta(seconds=0.03)


def waiting(now, count: int = 1) -> list[Intake]:
    rows = [
        Intake(reference=f"R{n}", method="link", door="api", source="x", created_at=now, due_at=now)
        for n in range(count)
    ]
    return Intake.objects.bulk_create(rows)


def test_a_row_is_claimed_once_while_its_lease_lasts(db, now):
    waiting(now)
    assert leases.claim(Intake, now=now, lease=LEASE) is not None
    assert leases.claim(Intake, now=now, lease=LEASE) is None


def test_only_rows_of_certain_columns_are_claimed(db, now):
    waiting(now)
    assert leases.claim(Intake, now=now, lease=LEASE, only={"method": ("code", "x"), "door": ("api",)}) is None
    assert leases.claim(Intake, now=now, lease=LEASE, only={"method": ("x", "link"), "door": ("api",)}) is not None


def test_rows_of_certain_columns_are_passed_over(db, now):
    mine, other = waiting(now, 2)
    first = leases.claim(Intake, now=now, lease=LEASE, but_not={"id": [mine.pk], "method": ["code"]})
    assert first.id == other.pk
    assert leases.claim(Intake, now=now, lease=LEASE, but_not={"method": ["link"]}) is None


def test_a_row_of_a_dead_worker_is_found_again(db, now):
    waiting(now)
    first = leases.claim(Intake, now=now, lease=LEASE)
    second = leases.claim(Intake, now=now + LEASE, lease=LEASE)
    assert second.id == first.id
    assert (first.attempts, second.attempts) == (1, 2)


def test_a_worker_that_was_only_slow_cannot_overwrite_the_next_one(db, now):
    waiting(now)
    slow = leases.claim(Intake, now=now, lease=LEASE)
    next_one = leases.claim(Intake, now=now + LEASE, lease=LEASE)
    with pytest.raises(LeaseLost):
        leases.settle(Intake, slow, due_at=None)
    leases.settle(Intake, next_one, due_at=None)
    assert leases.claim(Intake, now=now + LEASE * 3, lease=LEASE) is None


def test_what_is_not_due_waits(db, now):
    waiting(now + timedelta(minutes=1))
    assert leases.claim(Intake, now=now, lease=LEASE) is None


@pytest.mark.django_db(transaction=True)
def test_many_workers_share_the_rows_and_no_row_is_taken_twice(now):
    waiting(now, 40)

    def worker(_: int) -> list:
        taken = []
        try:
            while claimed := leases.claim(Intake, now=now, lease=LEASE):
                taken.append(claimed.id)
        finally:
            connection.close()
        return taken

    with ThreadPoolExecutor(8) as workers:
        taken = [row for rows in workers.map(worker, range(8)) for row in rows]
    assert len(taken) == len(set(taken)) == 40


@pytest.fixture
def keeper(monkeypatch):
    """One that no other test has set a pace for."""
    monkeypatch.setattr(leases, "_keeper", leases._Keeper())
    return leases._keeper


@pytest.fixture
def claim(transactional_db, now):
    """A claim whose lease is about to run out."""
    waiting(now)
    claim = leases.claim(Intake, now=now, lease=LEASE)
    _end_lease(now)
    return claim


def test_a_lease_is_renewed_while_its_work_lasts_and_no_longer(keeper, claim, now):
    with leases.kept(Intake, claim, SHORT):
        assert _until(lambda: _lease_end() > now)
    assert _until(lambda: not keeper._is_looking)
    _end_lease(now)
    with leases.kept(Intake, claim, LEASE):
        pass
    assert _lease_end() == now


def test_a_lease_that_another_worker_has_is_not_renewed(keeper, claim, now):
    Intake.objects.update(fence=claim.fence + 1)
    with leases.kept(Intake, claim, SHORT):
        assert _until(lambda: not keeper._is_looking)
    assert _lease_end() == now


def test_a_renewal_that_fails_is_tried_at_the_next_look(keeper, claim, now, monkeypatch):
    extend, failed = leases._extend, threading.Event()

    def failing_once(*row):
        if failed.is_set():
            return extend(*row)
        failed.set()
        raise OperationalError

    monkeypatch.setattr(leases, "_extend", failing_once)
    with leases.kept(Intake, claim, SHORT):
        assert _until(lambda: _lease_end() > now)
    assert failed.is_set()
    assert _until(lambda: not keeper._is_looking)


def test_a_hand_over_that_never_ends_loses_its_row(claim):
    hold = leases._Hold(Intake, claim, LEASE, renewals=1)
    assert hold.renew()
    assert not hold.renew()


def test_all_leases_of_a_process_are_kept_by_one_thread(keeper, claim, monkeypatch):
    looks = []
    monkeypatch.setattr(keeper, "_look", looks.append)
    for _ in range(10):
        with leases.kept(Intake, claim, LEASE), leases.kept(Intake, claim, LEASE):
            pass
    assert looks == [LEASE.total_seconds() / 3]


def _lease_end():
    return Intake.objects.get().lease_until


def _end_lease(now) -> None:
    Intake.objects.update(lease_until=now)


def _until(is_so) -> bool:
    pause = threading.Event()
    return any(is_so() or pause.wait(0.02) for _ in range(500))
