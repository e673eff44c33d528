"""Whatever is wrong with one message, or with one worker, ends that message and nothing else."""

from datetime import timedelta

import pytest
from django.db import transaction

from keyturn.lib import keys, leases, rows, seal
from keyturn.outbox import core, deliver, drafting, posting
from keyturn.outbox.models import Attempt, Message
from keyturn.outbox.posting import Letter, post
from keyturn.outbox.transports import Smtp
from keyturn.tenants import scope
from tests.outbox.acts import deliver_all, row
from tests.outbox.conftest import LINK


def test_one_poisoned_message_ends_alone(email, mara, now, server):
    """One bad message stopped another program's mail for weeks."""
    letter = Letter("recovery_link", email, {"LINK": LINK, "CODE": "048213"}, now + timedelta(hours=1))
    messages = [post(letter, person=mara, now=now) for _ in range(9)]
    poisoned = messages[4]
    Message.objects.filter(pk=poisoned.pk).update(sealed=b"not ours", due_at=now - timedelta(hours=1))
    deliver_all()
    assert row(poisoned).state == Message.FAILED
    assert row(poisoned).last_reply == "could not be written: SealBroken"
    assert Message.objects.filter(state=Message.SENT).count() == 8


def test_a_body_moved_to_another_row_does_not_open(link_letter, posted, mara, now, server):
    other = post(link_letter, person=mara, now=now)
    Message.objects.filter(pk=other.pk).update(sealed=posted.sealed)
    deliver_all()
    assert (row(posted).state, row(other).state) == (Message.SENT, Message.FAILED)


def test_a_message_that_breaks_a_transport_ends_alone(posted, server, monkeypatch):
    monkeypatch.setattr(Smtp, "send", lambda *_: 1 / 0)
    deliver_all()
    assert row(posted).last_reply == "could not be sent: ZeroDivisionError"


def test_missing_keys_are_no_fault_of_the_message(posted, server, monkeypatch):
    def missing(*_):
        raise keys.KeysMissing

    monkeypatch.setattr(seal, "unseal", missing)
    with pytest.raises(keys.KeysMissing):
        deliver.step()
    assert row(posted).sealed is not None


def test_an_answer_that_says_the_secret_back_is_kept_without_it(posted, server):
    server.become("echo")
    deliver_all()
    assert row(posted).state == Message.FAILED
    kept = row(posted).last_reply + Attempt.objects.get().reply
    assert "048213" not in kept and "A" * 43 not in kept


def test_a_slow_worker_writes_nothing_over_its_successor(posted, server, monkeypatch):
    """The lease ran out while the server thought; somebody else sent it. Our outcome must not be written."""

    def slow_and_refused(outgoing, transports):
        Message.objects.filter(pk=posted.pk).update(fence=1, state=Message.SENT)
        return [core.Try("slow", core.LATER, "450 later")]

    monkeypatch.setattr(deliver, "_offer", slow_and_refused)
    deliver.step()
    assert row(posted).state == Message.SENT
    assert Attempt.objects.get().profile == "slow"  # but what it did is not forgotten


def test_without_the_fence_the_successor_would_be_overwritten(posted, server, monkeypatch):
    """The negative control of the test above."""
    monkeypatch.setattr(leases, "settle", lambda model, claim, **new: rows.update(model, {"id": claim.id}, **new))
    monkeypatch.setattr(deliver, "_offer", lambda *_: [core.Try("slow", core.LATER, "450 later")])
    Message.objects.filter(pk=posted.pk).update(fence=1)
    deliver.step()
    assert row(posted).state == Message.RETRYING


def test_a_message_called_back_before_it_is_offered_is_not_offered(posted, now, server, monkeypatch):
    written = drafting.draft

    def called_back_meanwhile(message):
        outgoing = written(message)
        posting.call_back([message.id], now)
        return outgoing

    monkeypatch.setattr(drafting, "draft", called_back_meanwhile)
    deliver_all()
    assert row(posted).state == Message.CANCELLED
    assert not server.accepted()


def test_nothing_outside_is_called_within_a_transaction(posted, server, monkeypatch):
    seen = []
    monkeypatch.setattr(
        deliver,
        "_offer",
        lambda *_: seen.append(transaction.get_connection().savepoint_ids) or [core.Try("x", core.LATER, "")],
    )
    deliver.step()
    assert seen == [[]]  # the one that wraps this test has no savepoint


def test_every_message_is_delivered_in_its_own_tenant(posted, labs, now, server):
    with scope.inside(labs.id):
        pass
    deliver_all()
    assert row(posted).state == Message.SENT


def test_a_message_leaves_its_worker_outside_of_any_tenant(posted, server):
    with pytest.raises(scope.OutsideTenant):
        _outside(deliver.step)


def _outside(act):
    """Run as the worker does: in no tenant. Returns only when that tenant is gone again."""
    token = scope._current.set(None)
    try:
        act()
        scope.current_id()
    finally:
        scope._current.reset(token)
