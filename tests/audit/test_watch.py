"""Little by little the chains are recomputed, and what is found is written down for the console."""

from datetime import timedelta

import pytest

from keyturn.audit import events, heads, watch
from keyturn.audit.models import Event, Head
from tests.audit.test_chain import as_the_databases_owner, three_events  # noqa: F401 -- a fixture
from tests.audit.test_chain import chain as chains


def state() -> tuple[int, bool, str]:
    head = heads.current()
    return head.checked_to, head.checked_at is not None, head.fault


def test_a_short_chain_is_done_at_once(three_events):  # noqa: F811
    watch.step()
    assert state() == (0, True, "")


def test_a_long_one_is_done_piece_by_piece(three_events, monkeypatch):  # noqa: F811
    monkeypatch.setattr(watch, "AT_ONCE", 2)
    watch.step()
    assert state() == (2, False, "")
    watch.step()
    assert state() == (0, True, "")


def test_a_new_round_begins_an_hour_later(three_events, monkeypatch, now):  # noqa: F811
    watch.step()
    looked = []
    monkeypatch.setattr(watch, "_piece", lambda head: looked.append(head) or heads.end_of(head))
    watch.step()
    assert looked == []
    Head.objects.update(checked_at=now - timedelta(hours=2))
    watch.step()
    assert len(looked) == 1


@pytest.mark.parametrize("position, said", [(1, "event 1 was changed"), (3, "event 3 was changed")])
def test_what_was_changed_is_found(three_events, position, said):  # noqa: F811
    with as_the_databases_owner():
        Event.objects.filter(position=position).update(actor="person:mallory")
    watch.step()
    assert said in state()[2]


def test_a_cut_tail_is_found(three_events):  # noqa: F811
    with as_the_databases_owner():
        Event.objects.filter(position=3).delete()
    watch.step()
    assert "2 of 3" in state()[2]


def test_a_fault_that_was_mended_is_forgotten_after_the_next_round(three_events, now):  # noqa: F811
    with as_the_databases_owner():
        Event.objects.filter(position=2).update(actor="person:mallory")
    watch.step()
    assert state()[2]
    with as_the_databases_owner():
        Event.objects.filter(position=2).update(actor="owner")
    Head.objects.update(checked_at=now - timedelta(hours=2))
    watch.step()
    assert state() == (0, True, "")


def test_events_that_come_during_a_round_do_not_disturb_it(three_events, monkeypatch, now):  # noqa: F811
    monkeypatch.setattr(watch, "AT_ONCE", 2)
    watch.step()
    events.record("person.updated", at=now, actor="owner")
    chains.close(three_events.pk)
    watch.step()
    watch.step()
    assert state() == (0, True, "")
