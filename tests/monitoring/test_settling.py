"""Checks written down: who is suspended, who is told, and whose host is to blame."""

from datetime import timedelta

import pytest

from keyturn.lib import leases
from keyturn.monitoring import settling
from keyturn.monitoring.checking import Done, Task
from keyturn.monitoring.core.verdict import Code
from keyturn.monitoring.models import HostTrouble, Mailbox, Sighting
from keyturn.outbox.models import Message
from tests.monitoring import boxes
from tests.monitoring.checks import LEASE, checked

WRONG = Code.AUTHENTICATION_FAILED


def nearly_suspended(now, **columns) -> None:
    """As after two refusals, the first of them an hour ago and a little more."""
    since = now - timedelta(minutes=70)
    Mailbox.objects.update(state=Mailbox.REFUSED, refusals=2, refused_since=since, due_at=now, **columns)


@pytest.mark.mission("M1.3")
@pytest.mark.mission("M1.9")
def test_the_third_refusal_suspends_and_tells_the_owner_once(box, now):
    nearly_suspended(now)
    checked(now, WRONG)
    kept = Mailbox.objects.get()
    assert (kept.state, kept.suspended_by, kept.due_at) == (Mailbox.SUSPENDED, Mailbox.BY_WATCH, None)
    assert kept.incident is not None
    assert kept.told_at == now
    assert [message.purpose for message in Message.objects.all()] == ["mailbox_refused"]
    assert checked(now + LEASE * 20, WRONG) == []


def test_an_accepted_password_ends_the_incident(box, now):
    nearly_suspended(now, incident=box.pk, told_at=now)
    checked(now, Code.SIGNED_IN)
    kept = Mailbox.objects.get()
    assert (kept.state, kept.incident, kept.told_at, kept.refusals) == (Mailbox.FINE, None, None, 0)


@pytest.mark.mission("M1.4")
def test_an_outage_tells_nobody_and_is_one_trouble(mara, now):
    for n in range(20):
        boxes.mailbox(mara, now, name=f"Box {n}")
    for hours in range(3):
        Mailbox.objects.update(due_at=now)
        checked(now + timedelta(hours=hours), Code.UNAVAILABLE)
    assert not Message.objects.exists()
    assert HostTrouble.objects.count() == 1
    assert set(Mailbox.objects.values_list("state", flat=True)) == {Mailbox.TROUBLED}


@pytest.mark.mission("M1.4")
def test_refusals_of_all_at_once_are_held_and_released_when_the_host_answers(mara, now):
    for n in range(20):
        boxes.mailbox(mara, now, name=f"Box {n}")
    checked(now, WRONG)
    later = now + timedelta(hours=2)
    nearly_suspended(now)
    checked(later, WRONG)
    assert not Mailbox.objects.filter(state=Mailbox.SUSPENDED).exists()
    assert not Message.objects.exists()
    Mailbox.objects.update(due_at=later)
    checked(later, Code.SIGNED_IN)
    assert HostTrouble.objects.get().ended_at == later


def test_a_check_of_somebody_who_lost_the_row_is_not_written(box, now):
    claims = leases.claim_many(Mailbox, now=now, lease=LEASE, at_most=1)
    Mailbox.objects.update(fence=None)
    assert settling.settle([Done(Task(box, claims[0].fence), WRONG)], now) == []
    assert Mailbox.objects.get().state == Mailbox.FINE
    assert not Sighting.objects.exists()
