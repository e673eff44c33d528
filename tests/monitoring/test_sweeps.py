"""How far the checking has come: counted where checks are written down, and true whatever the number of mailboxes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from keyturn.monitoring import sweeps
from keyturn.monitoring.core.verdict import Code, Verdict
from keyturn.monitoring.models import Mailbox, SweepMinute
from keyturn.tenants import scope
from tests.monitoring import boxes
from tests.monitoring.checks import checked

MINUTE = timedelta(minutes=1)


@pytest.mark.mission("M1.14")
def test_the_checks_of_the_last_interval_and_what_is_left(mara, now):
    for n in range(12):
        boxes.mailbox(mara, now, name=f"Box {n}", host=f"mail{n}.example")
    for code in (Code.SIGNED_IN, Code.AUTHENTICATION_FAILED, Code.NO_WITHOUT_CODE, Code.TIMEOUT):
        Mailbox.objects.update(due_at=None)
        first = Mailbox.objects.filter(code="signed_in", checked_at__lte=now).values_list("pk", flat=True)[:2]
        Mailbox.objects.filter(pk__in=list(first)).update(due_at=now)
        checked(now, code)
    Mailbox.objects.filter(name__in=["Box 9", "Box 10", "Box 11"]).update(due_at=now)
    seen = sweeps.progress(now)
    assert (seen.done, seen.refused, seen.unreachable, seen.overdue) == (8, 4, 2, 3)
    assert (seen.minutes, seen.minutes_left, seen.is_more) == (30, 1, False)
    later = sweeps.progress(now + 31 * MINUTE)
    assert (later.done, later.minutes_left) == (0, 0)


def test_more_than_anybody_counts(mara, now, monkeypatch):
    monkeypatch.setattr(sweeps, "COUNTED_TO", 2)
    for n in range(3):
        boxes.mailbox(mara, now, name=f"Box {n}")
    seen = sweeps.progress(now)
    assert (seen.overdue, seen.is_more, seen.minutes_left) == (2, True, 0)


def test_minutes_that_nobody_shows_any_more_go(in_movers, now):
    sweeps.count([Verdict.ACCEPTED], now)
    sweeps.purge(now + sweeps.KEPT - MINUTE)
    assert SweepMinute.objects.count() == 1
    sweeps.purge(now + sweeps.KEPT + MINUTE)
    assert SweepMinute.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_add_to_one_minute_lose_nothing(in_movers, now):
    def add(_number: int) -> None:
        try:
            with scope.inside(in_movers.id):
                sweeps.count([Verdict.ACCEPTED, Verdict.UNREACHABLE], now)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(12)))
    row = SweepMinute.objects.get()
    assert (row.done, row.unreachable, row.refused) == (24, 12, 0)
