"""Events whose time is over go, and what is left verifies from the anchor."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from keyturn.audit import chain, events, heads, purge
from keyturn.audit.models import Event, Head
from keyturn.tenants.models import Tenant
from tests.audit.test_chain import as_the_databases_owner


@pytest.fixture
def five_events(in_movers, now):
    """Of the last 50, 40, 30, 20 and 10 days; all closed."""
    for days in (50, 40, 30, 20, 10):
        events.record("person.updated", at=now - timedelta(days=days), actor="owner", days=days)
    chain.close(in_movers.pk)
    return in_movers


def keeps(days: int) -> None:
    Tenant.objects.update(keep_audit_days=days)


def left() -> list[int]:
    return [event.data["days"] for event in Event.objects.order_by("at")]


@pytest.mark.parametrize(
    "days, remain", [(0, [50, 40, 30, 20, 10]), (365, [50, 40, 30, 20, 10]), (35, [30, 20, 10]), (7, [])]
)
def test_what_is_older_than_the_tenant_keeps_goes(five_events, now, days, remain):
    keeps(days)
    assert purge.in_tenant(now) == 5 - len(remain)
    assert left() == remain


def test_what_is_left_verifies_from_the_anchor(five_events, now):
    keeps(35)
    purge.in_tenant(now)
    head = heads.current()
    assert (head.anchor_position, head.length) == (2, 5)
    assert chain.verify(five_events.pk) == 5


def test_without_the_anchor_it_would_not(five_events, now, monkeypatch):
    """The control: the first event that is left follows on one that is gone."""
    keeps(35)
    purge.in_tenant(now)
    monkeypatch.setattr(heads, "anchor_of", lambda head: heads.start())
    monkeypatch.setattr(chain, "_refuse_forged", lambda head: None)
    with pytest.raises(chain.ChainBroken):
        chain.verify(five_events.pk)


def test_the_chain_goes_on_when_everything_went(five_events, now):
    keeps(7)
    purge.in_tenant(now)
    events.record("person.updated", at=now, actor="owner", days=0)
    assert chain.close(five_events.pk) == 1
    assert chain.verify(five_events.pk) == 6
    assert Event.objects.get().position == 6


def test_tampering_with_what_is_left_is_found(five_events, now):
    keeps(35)
    purge.in_tenant(now)
    with as_the_databases_owner():
        Event.objects.filter(position=3).delete()
    with pytest.raises(chain.ChainBroken):
        chain.verify(five_events.pk)


def test_an_open_event_stays_and_so_does_what_is_behind_a_younger_one(five_events, now):
    keeps(35)
    events.record("person.updated", at=now - timedelta(days=60), actor="owner", days=60)
    purge.in_tenant(now)
    assert left() == [60, 30, 20, 10]
    chain.close(five_events.pk)
    purge.in_tenant(now)
    assert left() == [60, 30, 20, 10], "it was closed behind younger ones and goes with them"


def test_many_go_in_pieces(five_events, now, monkeypatch):
    monkeypatch.setattr(purge, "AT_ONCE", 2)
    keeps(7)
    assert purge.in_tenant(now) == 5


@pytest.mark.postgresql
@pytest.mark.parametrize("days", [0, 45])
def test_no_program_moves_the_anchor_past_what_the_tenant_keeps(five_events, days):
    keeps(days)
    second = Event.objects.get(position=2)
    with pytest.raises(DatabaseError, match="as long as their tenant keeps them"), transaction.atomic():
        Head.objects.update(anchor_position=2, anchor_link=second.chain)


@pytest.mark.postgresql
def test_no_program_removes_what_lies_behind_the_anchor(five_events, now):
    keeps(35)
    purge.in_tenant(now)
    assert Event.objects.all().delete()[0] == 0
    assert left() == [30, 20, 10]
