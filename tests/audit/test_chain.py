"""The hash chain of the audit: it closes, it verifies, and it finds what was tampered with."""

from contextlib import contextmanager

import pytest
from django.db import ProgrammingError, connection, transaction

from keyturn.audit import chain, events
from keyturn.audit.models import Event
from keyturn.tenants import scope


@pytest.fixture
def three_events(in_movers, now):
    for number in range(3):
        events.record("person.updated", at=now, actor="owner", subject="person:1", reason="", number=number)
    chain.close(in_movers.pk)
    return in_movers


@contextmanager
def as_the_databases_owner():
    """Who tampers is not one of our programs: on PostgreSQL their roles may not."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        yield
        cursor.execute("SET ROLE keyturn_worker")


def change(position, **columns):
    Event.objects.filter(position=position).update(**columns)


def test_events_are_closed_in_their_order_and_the_chain_verifies(three_events):
    assert list(Event.objects.order_by("at", "pk").values_list("position", flat=True)) == [1, 2, 3]
    assert chain.verify(three_events.pk) == 3


def test_a_later_event_follows_on_the_last_link(three_events, now):
    events.record("person.updated", at=now, actor="owner")
    assert chain.close(three_events.pk) == 1
    assert chain.verify(three_events.pk) == 4


def test_closing_again_changes_nothing(three_events):
    before = list(Event.objects.order_by("position").values_list("chain", flat=True))
    assert chain.close(three_events.pk) == 0
    assert list(Event.objects.order_by("position").values_list("chain", flat=True)) == before


@pytest.mark.parametrize(
    "tamper",
    [
        lambda: change(2, actor="person:mallory"),
        lambda: change(2, reason="nothing to see"),
        lambda: change(2, data={"number": 7}),
        lambda: change(3, action="person.created"),
        lambda: change(1, subject=""),
        lambda: change(2, chain="0" * 64),
        lambda: Event.objects.filter(position=2).delete(),
    ],
)
def test_whatever_is_tampered_with_is_found(three_events, tamper):
    with as_the_databases_owner():
        tamper()
    with pytest.raises(chain.ChainBroken):
        chain.verify(three_events.pk)


def test_without_the_hash_a_change_would_pass(three_events, monkeypatch):
    """The control: a chain of positions alone sees a missing event, and no changed one."""
    with as_the_databases_owner():
        change(2, actor="person:mallory")
    stored = dict(Event.objects.values_list("position", "chain"))
    monkeypatch.setattr(chain, "link_after", lambda link, event: stored[event.position])
    assert chain.verify(three_events.pk) == 3


@pytest.mark.postgresql
def test_our_own_programs_may_not_edit_the_audit(three_events):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        change(2, actor="x")


def test_every_tenant_has_a_chain_of_its_own(three_events, labs, now):
    with scope.inside(labs.pk):
        events.record("person.updated", at=now, actor="owner")
    assert chain.step() is False
    assert chain.verify(labs.pk) == 1
    assert chain.verify(three_events.pk) == 3
