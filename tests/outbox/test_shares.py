"""An organization whose mail server holds every message for minutes has half of a worker, others the other half."""

import time
from uuid import uuid4

import pytest

from keyturn.lib.leases import Claim
from keyturn.outbox import deliver
from keyturn.outbox.models import Message
from keyturn.outbox.shares import Shares
from tests.outbox import workers
from tests.patience import wait_for

HERS, HIS = uuid4(), uuid4()


def test_who_has_enough_in_hand_is_passed_over():
    shares = Shares()
    first, second = (shares.take(_due(HERS), 2) for _ in range(2))
    assert shares.take(_due(HERS), 2) is None
    assert shares.take(_due(HERS, HIS), 2).tenant_id == HIS
    shares.give_back(first)
    assert shares.take(_due(HERS), 2) is not None
    assert shares.take(_due(HERS), 2) is None
    assert second


def test_who_has_nothing_in_hand_is_not_remembered():
    shares = Shares()
    shares.give_back(shares.take(_due(HERS), 1))
    assert not shares._in_hand


def test_nothing_due_is_nothing_in_hand():
    shares = Shares()
    assert shares.take(_due(), 1) is None
    assert not shares._in_hand


@pytest.fixture
def slow(transactional_db, movers, labs, now, server):
    """Movers' mail server never answers the final dot; its messages are due before the one of Labs."""
    server.become({"mara@movers.example": "silent", "mara@labs.example": "accept"})
    workers.write(movers, now, 6)
    workers.write(labs, now, 1)
    running = []
    yield lambda *how: running.append(workers.start(server, 0, *how))
    for worker in running:
        worker.kill()
        worker.wait()


def test_a_mail_server_without_an_answer_holds_up_its_own_organization(slow, movers, labs):
    slow()
    wait_for(lambda: workers.states(labs)[Message.SENT], "the message of Labs")
    assert workers.states(movers)[Message.SENDING] <= deliver.senders() // 2


def test_without_shares_it_would_hold_up_everybody(slow, movers, labs):
    """The negative control."""
    slow("greedy")
    wait_for(lambda: workers.states(movers)[Message.SENDING] == deliver.senders(), "every sender to be held")
    time.sleep(1)  # a worker looks for work so often
    assert workers.states(labs) == {Message.QUEUED: 1}


def _due(*tenants):
    """What claims the first that is due of a tenant that may be claimed for."""

    def claiming(full):
        return next((Claim(uuid4(), tenant, 1, 1) for tenant in tenants if tenant not in full), None)

    return claiming
