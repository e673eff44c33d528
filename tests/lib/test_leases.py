"""Rows that wait for a worker: claimed once, found again after a death, never written by somebody too late."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from keyturn.lib import leases
from keyturn.lib.leases import LeaseLost
from keyturn.recovery.models import Intake

LEASE = timedelta(seconds=90)


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
