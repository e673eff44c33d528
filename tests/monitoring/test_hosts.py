"""Hosts in trouble: who is held, who knocks, how all are let in again, and what operators hear of it."""

from datetime import timedelta

import pytest
from django.db.models import F

from keyturn.audit.models import Event
from keyturn.lib import clock
from keyturn.monitoring import alerting, hosts, knocking
from keyturn.monitoring.core.verdict import Code
from keyturn.monitoring.models import HostTrouble, Mailbox
from keyturn.operators.models import Operator
from keyturn.operators.roles import Role
from keyturn.outbox.models import Message
from tests.monitoring import boxes
from tests.monitoring.checks import checked

pytestmark = pytest.mark.mission("M1.4")
HOST, MINUTE, HOUR = "mail.movers.example", timedelta(minutes=1), timedelta(hours=1)
AWAY, IN = Code.UNAVAILABLE, Code.SIGNED_IN


@pytest.fixture
def at(monkeypatch):
    """Lets the duties run at a moment."""
    return lambda moment: monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.fixture
def down(mara, now):
    """Twenty mailboxes of a host that failed a minute ago."""
    for n in range(20):
        boxes.mailbox(mara, now, name=f"Box {n}")
    checked(now, AWAY)
    assert HostTrouble.objects.get().host == HOST


@pytest.fixture
def staff(movers, now):
    """An operator of each role, and some who hear nothing: of another tenant, switched off, without an address."""
    for role in Role:
        Operator.objects.create(tenant=movers, username=role, role=role, email=f"{role}@movers.example")
    Operator.objects.create(tenant=movers, username="twin", role=Role.OWNER, email="OWNER@movers.example")
    Operator.objects.create(tenant=movers, username="gone", email="gone@movers.example", is_active=False)
    Operator.objects.create(tenant=movers, username="mute", email="")
    Operator.objects.create(tenant=None, username="ines", email="ines@labs.example")


def rest(moment) -> None:
    """As if every mailbox had last been tried so long before this moment, and were due hours later."""
    Mailbox.objects.update(checked_at=moment - knocking.BETWEEN, due_at=moment + HOUR)


def due(moment) -> int:
    return Mailbox.objects.filter(due_at__lte=moment).count()


def test_one_mailbox_knocks_every_ten_minutes_each_time_another(down, now, at):
    knocked = []
    for turn in range(1, 4):
        moment = now + knocking.BETWEEN * turn
        Mailbox.objects.filter(due_at__lte=moment).update(due_at=moment + HOUR)
        at(moment)
        assert [knocking.step() for _ in range(3)] == [False] * 3
        assert due(moment) == 1
        knocked.append(HostTrouble.objects.get().knocking_id)
        checked(moment, AWAY)
    assert len(set(knocked)) == 3


def test_nobody_knocks_who_was_tried_a_moment_ago(down, now, at):
    at(now + knocking.BETWEEN)
    Mailbox.objects.update(checked_at=now + MINUTE, due_at=now + HOUR)
    knocking.step()
    assert due(now + knocking.BETWEEN) == 0


def test_when_one_was_let_in_all_the_others_are_due_and_the_host_is_released(down, now, at):
    moment = now + HOUR
    rest(moment)
    at(moment)
    knocking.step()
    checked(moment, IN)
    assert due(moment) == 0
    at(moment + MINUTE)
    knocking.step()
    assert due(moment + MINUTE) == 19
    checked(moment + MINUTE, IN)
    assert HostTrouble.objects.get().ended_at == moment + MINUTE
    assert set(Mailbox.objects.values_list("state", flat=True)) == {Mailbox.FINE}


def test_a_host_is_released_though_nothing_of_it_is_due_any_more(down, now, at):
    Mailbox.objects.all().delete()
    at(now + MINUTE)
    knocking.step()
    assert HostTrouble.objects.get().ended_at == now + MINUTE


def test_what_failed_long_before_keeps_no_host_held(mara, down, now, at, monkeypatch):
    lost = {"state": Mailbox.TROUBLED, "troubled_since": now - 24 * HOUR, "due_at": now + 24 * HOUR}
    for n in range(5):
        boxes.mailbox(mara, now, name=f"Lost {n}", **lost)
    Mailbox.objects.filter(name__startswith="Box").update(due_at=now + MINUTE)
    with monkeypatch.context() as patch:  # and if it counted, the host would be held for ever
        patch.setattr(hosts, "_failing_in", lambda *_: hosts.Q(state__in=hosts.FAILING))
        checked(now + MINUTE, IN)
        assert HostTrouble.objects.get().ended_at is None
    hosts.judge({HOST}, now + MINUTE)
    assert HostTrouble.objects.get().ended_at == now + MINUTE


def test_operators_who_may_see_mailboxes_hear_of_all_hosts_at_once_and_once(staff, down, now, at):
    HostTrouble.objects.create(host="post.movers.example", began_at=now, failing=9)
    at(now)
    alerting.step()
    assert not Message.objects.exists()  # not yet: more may follow
    at(now + MINUTE)
    for _ in range(3):
        alerting.step()
    seeing = {f"{role}@movers.example" for role in alerting.roles.that_may(alerting.SEEING)}
    assert seeing == set(Message.objects.values_list("elsewhere", flat=True))
    assert Message.objects.count() == len(seeing)
    assert set(Message.objects.values_list("purpose", flat=True)) == {"host_trouble"}
    told = Event.objects.get(action="host_trouble.reported").data
    assert (told["hosts"], told["operators"]) == ([HOST, "post.movers.example"], len(seeing))


def test_a_host_that_comes_and_goes_is_told_of_once_in_six_hours(staff, down, now, at):
    for hours, alerts in ((0, 1), (1, 1), (5, 1), (7, 2)):
        HostTrouble.objects.update(ended_at=F("began_at"))
        HostTrouble.objects.create(host=HOST, began_at=now + HOUR * hours, failing=9)
        at(now + HOUR * hours + MINUTE)
        alerting.step()
        assert Event.objects.filter(action="host_trouble.reported").count() == alerts


def test_what_ended_within_the_minute_is_told_to_nobody(staff, down, now, at):
    HostTrouble.objects.update(ended_at=now)
    at(now + MINUTE)
    alerting.step()
    assert not Message.objects.exists()


@pytest.fixture
def stale(down, monkeypatch):
    """What two workers read in the same moment, before either wrote."""
    rows = list(hosts.in_trouble().select_related("knocking"))

    class Read:
        def filter(self, **wanted):
            mine = HostTrouble.objects.filter(ended_at=None, **wanted)
            return mine if "pk" in wanted else rows

    monkeypatch.setattr(hosts, "in_trouble", Read)
    return rows


@pytest.mark.parametrize("is_guarded", [True, False], ids=["guarded", "negative control"])
def test_of_two_workers_one_tells_and_one_knocks(staff, stale, now, monkeypatch, is_guarded):
    if not is_guarded:
        monkeypatch.setattr(alerting, "_seize", lambda *_: True)
        monkeypatch.setattr(knocking, "_seize", lambda *_, **__: True)
    rest(now)
    for _ in range(2):
        alerting._tell(now + MINUTE)
        knocking._knock(stale[0], now)
    told = Event.objects.filter(action="host_trouble.reported").count()
    assert (told, due(now)) == ((1, 1) if is_guarded else (2, 2))
