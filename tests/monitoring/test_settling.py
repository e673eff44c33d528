"""Checks written down: who is suspended, who is told, and whose host is to blame."""

from contextlib import nullcontext
from datetime import timedelta
from types import SimpleNamespace

import pytest

from keyturn.lib import leases
from keyturn.monitoring import settling, webhooks
from keyturn.monitoring.checking import Done, Task
from keyturn.monitoring.core import rules
from keyturn.monitoring.core.verdict import Code
from keyturn.monitoring.models import HostTrouble, Mailbox, Sighting, WebhookCall
from keyturn.monitoring.webhooks import NewWebhook
from keyturn.outbox.models import Message
from keyturn.people import changes
from keyturn.people.changes import NewPerson
from keyturn.tenants import scope
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


@pytest.mark.mission("M1.4")
def test_without_the_hold_refusals_of_all_at_once_would_suspend_them_all(mara, now, monkeypatch):
    """Negative control: what holds is the host, and nothing else."""
    for n in range(20):
        boxes.mailbox(mara, now, name=f"Box {n}")
    checked(now, WRONG)
    nearly_suspended(now)
    monkeypatch.setattr(settling.hosts, "held", dict)
    checked(now, WRONG)
    assert Mailbox.objects.filter(state=Mailbox.SUSPENDED).count() == 20
    assert Message.objects.count() == 20


def test_a_host_may_be_held_only_since_the_check_that_would_have_suspended(mara, now):
    """Refused twice within the hour by a worker that did not look; the third time all of them are ripe at once."""
    for n in range(20):
        boxes.mailbox(mara, now, name=f"Box {n}")
    since = now - timedelta(minutes=40)
    Mailbox.objects.update(state=Mailbox.REFUSED, refusals=2, refused_since=since, due_at=now)
    assert not HostTrouble.objects.exists()
    checked(now, WRONG)
    assert HostTrouble.objects.get().failing == 20
    assert set(Mailbox.objects.values_list("state", "refusals")) == {(Mailbox.REFUSED, 3)}
    assert not Message.objects.exists()


def lost(box, now) -> list:
    """A check of somebody who was slow, and whose row is another's meanwhile."""
    claims = leases.claim_many(Mailbox, now=now, lease=LEASE, at_most=1)
    Mailbox.objects.update(fence=None)
    return settling.settle([Done(Task(box, claims[0].fence), WRONG)], now)


def test_a_check_of_somebody_who_lost_the_row_is_not_written(box, now):
    assert lost(box, now) == []
    assert Mailbox.objects.get().state == Mailbox.FINE
    assert not Sighting.objects.exists()


def test_without_the_fence_it_would_be_written(box, now, monkeypatch):
    """Negative control."""

    def unfenced(model, _fence, changes):
        return {key for key, columns in changes.items() if model.objects.filter(pk=key).update(**columns)}

    monkeypatch.setattr(settling.leases, "settle_many", unfenced)
    assert len(lost(box, now)) == 1
    assert Mailbox.objects.get().state == Mailbox.REFUSED


class Death(BaseException):
    """The end of a worker."""


def dies_over_a_notice(now, monkeypatch) -> tuple[int, int]:
    """How many are suspended and how many told, when a worker died between the one and the other."""

    def death(*_of):
        raise Death

    with monkeypatch.context() as patch, pytest.raises(Death):
        patch.setattr(settling.telling, "tell", death)
        checked(now, WRONG)
    return Mailbox.objects.filter(state=Mailbox.SUSPENDED).count(), Message.objects.count()


@pytest.mark.mission("M1.9")
def test_whoever_is_suspended_is_told_though_a_worker_dies_between(box, now, monkeypatch):
    nearly_suspended(now)
    assert dies_over_a_notice(now, monkeypatch) == (0, 0)
    checked(now + LEASE * 2, WRONG)
    assert (Mailbox.objects.get().state, Message.objects.count()) == (Mailbox.SUSPENDED, 1)


def test_without_the_transaction_nobody_would_tell_them(box, now, monkeypatch):
    """Negative control."""
    nearly_suspended(now)
    monkeypatch.setattr(settling, "transaction", SimpleNamespace(atomic=nullcontext))
    assert dies_over_a_notice(now, monkeypatch) == (1, 0)
    assert checked(now + LEASE * 2, WRONG) == []


def test_this_machines_own_trouble_leaves_all_as_it_was_and_is_noted(box, now):
    before = Mailbox.objects.values("state", "verdict", "checked_at", "accepted_at", "refusals").get()
    checked(now, Code.OUR_OWN)
    assert Mailbox.objects.values(*before).get() == before
    assert Mailbox.objects.get().due_at <= now + rules.OUR_OWN_PAUSE
    assert Sighting.objects.get().code == "our_own"


def test_what_is_always_accepted_leaves_two_sightings_a_day_and_what_changes_leaves_each(box, now):
    begun = now.replace(hour=0, minute=5)
    Mailbox.objects.update(checked_at=begun - timedelta(minutes=30))
    for half_hours in range(1, 48):
        moment = begun + timedelta(minutes=30 * half_hours)
        Mailbox.objects.update(due_at=moment)
        checked(moment, Code.SIGNED_IN)
    assert Sighting.objects.count() == 2
    for code in (Code.TIMEOUT, Code.TIMEOUT, Code.SIGNED_IN, Code.SIGNED_IN):
        Mailbox.objects.update(due_at=moment)
        checked(moment, code)
    assert Sighting.objects.count() == 5


@pytest.mark.mission("M1.15")
def test_the_tenants_own_software_hears_how_it_stands_now(box, now):
    webhooks.save(NewWebhook("https://software.movers.example/hook"), 0, now, actor="operator:otto")
    for minutes in (0, 30, 60):
        Mailbox.objects.update(due_at=now + timedelta(minutes=minutes))
        checked(now + timedelta(minutes=minutes), WRONG)
    told = WebhookCall.objects.order_by("created_at").values_list("event", "body__data__state", "body__data__code")
    assert list(told) == [
        ("mailbox.refused", "refused", WRONG),
        ("mailbox.suspended", "suspended", WRONG),
    ]


def test_checks_of_several_tenants_are_written_each_in_its_own(box, labs, now):
    with scope.inside(labs.id):
        nora = changes.create(NewPerson("nora@labs.example", "Nora Vane", email="nora@labs.example"), now)
        boxes.mailbox(nora, now)
        rows = [Mailbox.objects.get()]
    with scope.inside(None):
        claims = {one.id: one.fence for one in leases.claim_many(Mailbox, now=now, lease=LEASE, at_most=9)}
        done = [Done(Task(row, claims[row.pk]), Code.TIMEOUT) for row in (box, *rows)]
        assert len(settling.settle(done, now)) == 2
    for tenant_id in (box.tenant_id, labs.id):
        with scope.inside(tenant_id):
            assert (Mailbox.objects.get().fence, Sighting.objects.count()) == (None, 1)
