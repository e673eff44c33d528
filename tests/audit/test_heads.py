"""The head beside a chain: it notices a tail that was cut off, and only the worker can write one."""

from contextlib import contextmanager

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from keyturn.audit import chain, events, heads
from keyturn.audit.models import Event, Head
from keyturn.lib import marks
from tests.audit.test_chain import as_the_databases_owner, three_events  # noqa: F401 -- a fixture


def cut_off_the_tail() -> None:
    Event.objects.filter(position=3).delete()


def shorten_the_head() -> None:
    """What an attacker writes who rules the database and has no key file."""
    second = Event.objects.get(position=2)
    with lifted_trigger():
        Head.objects.update(length=2, link=second.chain)


@contextmanager
def lifted_trigger():
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_head DISABLE TRIGGER forward_only")
        yield
        cursor.execute("ALTER TABLE audit_head ENABLE TRIGGER forward_only")


def test_the_head_is_the_end_of_the_chain(three_events):  # noqa: F811
    head = heads.current()
    assert (head.length, head.link) == (3, Event.objects.get(position=3).chain)
    assert heads.is_genuine(head)


def test_a_tail_that_was_cut_off_is_noticed(three_events):  # noqa: F811
    with as_the_databases_owner():
        cut_off_the_tail()
    with pytest.raises(chain.ChainBroken, match="2 of 3"):
        chain.verify(three_events.pk)


def test_without_the_head_a_cut_would_pass(three_events, monkeypatch):  # noqa: F811
    """The control: what remains is a good chain of two."""
    with as_the_databases_owner():
        cut_off_the_tail()
    monkeypatch.setattr(heads, "current", lambda: None)
    monkeypatch.setattr(chain, "_refuse_forged", lambda head: None)
    assert chain.verify(three_events.pk) == 2


def test_going_on_after_a_cut_does_not_hide_it(three_events, now):  # noqa: F811
    with as_the_databases_owner():
        cut_off_the_tail()
    events.record("person.updated", at=now, actor="owner")
    chain.close(three_events.pk)
    with pytest.raises(chain.ChainBroken):
        chain.verify(three_events.pk)


def test_a_head_that_was_shortened_with_its_chain_is_noticed(three_events):  # noqa: F811
    with as_the_databases_owner():
        cut_off_the_tail()
        shorten_the_head()
    with pytest.raises(chain.ChainBroken, match="not written by this installation's worker"):
        chain.verify(three_events.pk)


def test_without_the_mark_a_shortened_head_would_pass(three_events, monkeypatch):  # noqa: F811
    """The control."""
    with as_the_databases_owner():
        cut_off_the_tail()
        shorten_the_head()
    monkeypatch.setattr(marks, "fits", lambda *_: True)
    assert chain.verify(three_events.pk) == 2


def test_a_head_that_was_removed_is_noticed_and_not_made_again(three_events, now):  # noqa: F811
    with as_the_databases_owner():
        Head.objects.all().delete()
    events.record("person.updated", at=now, actor="owner")
    assert chain.close(three_events.pk) == 1
    assert heads.current() is None
    with pytest.raises(chain.ChainBroken, match="is gone"):
        chain.verify(three_events.pk)


def test_two_who_move_the_head_at_once_do_not_both(three_events, now):  # noqa: F811
    seen_by_both = heads.current()
    events.record("person.updated", at=now, actor="owner")
    chain.close(three_events.pk)
    with pytest.raises(heads.HeadOutrun):
        heads.move(seen_by_both, heads.end_of(seen_by_both), heads.Place(4, "0" * 64), now)


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "change",
    [
        {"length": 2},
        {"link": "0" * 64},
        {"anchor_position": 1, "anchor_link": "0" * 64},
        {"anchor_position": 4},
    ],
)
def test_our_own_programs_move_a_head_forward_only(three_events, change):  # noqa: F811
    with pytest.raises(DatabaseError), transaction.atomic():
        Head.objects.update(**change)


@pytest.mark.postgresql
def test_our_own_programs_may_not_remove_a_head(three_events):  # noqa: F811
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Head.objects.all().delete()


@pytest.mark.postgresql
def test_the_web_process_may_not_touch_a_head(three_events):  # noqa: F811
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET LOCAL ROLE keyturn_web")
        Head.objects.update(length=4)


@pytest.mark.postgresql
def test_nothing_behind_the_anchor_can_be_removed(three_events):  # noqa: F811
    assert Event.objects.filter(position=3).delete()[0] == 0
    assert Event.objects.count() == 3
