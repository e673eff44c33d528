"""Many rows claimed at once under one fence, and written at once, each with values of its own."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from keyturn.lib import leases, rows
from keyturn.recovery.models import Intake
from tests.lib.test_leases import LEASE, waiting

MINUTE = timedelta(minutes=1)


def claimed(now, at_most=100):
    return leases.claim_many(Intake, now=now, lease=LEASE, at_most=at_most)


def test_no_more_are_claimed_than_are_wanted_and_the_longest_due_first(db, now):
    late = waiting(now, 10)[7]
    Intake.objects.filter(pk=late.pk).update(due_at=now - MINUTE)
    first = claimed(now, at_most=4)
    assert len(first) == 4
    assert late.id in {one.id for one in first}
    assert len(claimed(now)) == 6
    assert claimed(now) == []


def test_what_is_claimed_together_has_one_fence(db, now):
    waiting(now, 3)
    assert len({one.fence for one in claimed(now)}) == 1


def test_each_row_gets_values_of_its_own(db, now):
    waiting(now, 3)
    mine = claimed(now)
    wanted = {one.id: {"due_at": now + MINUTE * n if n else None} for n, one in enumerate(mine)}
    assert leases.settle_many(Intake, mine[0].fence, wanted) == set(wanted)
    written = {row.id: (row.due_at, row.fence, row.lease_until) for row in Intake.objects.all()}
    assert written == {key: (columns["due_at"], None, None) for key, columns in wanted.items()}


def test_nothing_but_null_can_be_written(db, now):
    waiting(now, 2)
    mine = claimed(now)
    assert len(leases.settle_many(Intake, mine[0].fence, {one.id: {"due_at": None} for one in mine})) == 2


def test_rows_that_somebody_else_claimed_meanwhile_are_left_alone(db, now):
    waiting(now, 2)
    slow = claimed(now)
    claimed(now + LEASE, at_most=1)
    written = leases.settle_many(Intake, slow[0].fence, {one.id: {"due_at": None} for one in slow})
    assert len(written) == 1


def test_without_the_fence_they_would_be_overwritten(db, now):
    """Negative control."""
    waiting(now, 2)
    slow = claimed(now)
    claimed(now + LEASE, at_most=1)
    assert len(rows.update_many(Intake, {}, {one.id: {"due_at": None} for one in slow})) == 2


def test_nothing_to_write_is_no_statement(db, now, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert leases.settle_many(Intake, 1, {}) == set()


@pytest.mark.django_db(transaction=True)
def test_many_workers_share_the_rows_in_batches_and_no_row_is_taken_twice(now):
    waiting(now, 60)

    def worker(_: int) -> list:
        taken = []
        try:
            while batch := claimed(now, at_most=7):
                assert len(batch) <= 7
                taken += [one.id for one in batch]
        finally:
            connection.close()
        return taken

    with ThreadPoolExecutor(6) as workers:
        taken = [row for batch in workers.map(worker, range(6)) for row in batch]
    assert len(taken) == len(set(taken)) == 60
