"""The turn: one has it at a time, nobody waits for it for ever, and who is slow about it gets less of a worker."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from keyturn.outbox import deliver
from keyturn.outbox.models import Message
from keyturn.outbox.turns import Held, Turns
from tests.outbox import workers
from tests.patience import wait_for

HERS, HIS = uuid4(), uuid4()
ANY = 99  # senders


def test_one_has_it_at_a_time():
    turns, within, most = Turns(patience=60), [], []

    def work(_number):
        with turns.taken(HERS, ANY):
            within.append(1)
            most.append(len(within))
            time.sleep(0)  # somebody else's chance
            within.pop()

    with ThreadPoolExecutor(max_workers=8) as senders:
        list(senders.map(work, range(400)))
    assert most == [1] * 400


def test_it_is_given_back_by_whoever_fails():
    turns = Turns(patience=60)
    for _ in range(2):
        with pytest.raises(OSError), turns.taken(HERS, ANY):
            raise OSError


def test_who_is_slow_holds_up_nobody_for_longer_than_that():
    turns = Turns(patience=0.1)
    with turns.taken(HERS, ANY), turns.taken(HERS, ANY), turns.taken(HERS, ANY):
        pass  # three in one thread: a turn that passed on only when given back would never come


def test_who_kept_it_too_long_gives_back_nothing_of_somebody_elses():
    turns, may_end, has_it = Turns(patience=0), threading.Event(), []

    def slow():
        with turns.taken(HERS, ANY):
            may_end.wait(60)

    def third():
        with turns.taken(HERS, ANY):
            has_it.append(True)

    slowest = threading.Thread(target=slow)
    slowest.start()
    wait_for(lambda: turns._busy, "the first to have it")
    with turns.taken(HERS, ANY):  # the second, at once
        turns.patience = 60
        may_end.set()
        slowest.join()
        waiting = threading.Thread(target=third)
        waiting.start()
        waiting.join(0.2)
        assert not has_it
    waiting.join()
    assert has_it


def test_who_holds_enough_senders_gets_no_more():
    turns = Turns(patience=0)  # everybody is slow
    with turns.taken(HERS, 2):
        assert turns.held(2) == []
        with turns.taken(HERS, 2):
            assert turns.held(2) == [HERS]
            with pytest.raises(Held), turns.taken(HERS, 2):
                pass
            with turns.taken(HIS, 2):
                assert turns.held(2) == [HERS]
    assert turns.held(2) == []


def test_who_is_quick_may_have_them_all():
    turns = Turns(patience=60)
    with turns.taken(HERS, 1):
        assert turns.held(1) == []


@pytest.fixture
def slow(transactional_db, movers, labs, now, server):
    """Movers' mail server never answers the final dot; its messages are due before the one of Labs."""
    server.become({"mara@movers.example": "silent", "mara@labs.example": "accept"})
    workers.write(movers, now, 6)
    workers.write(labs, now, 1)
    running = []
    yield lambda *how: running.append(workers.start(server, 0, "brisk", *how))
    for worker in running:
        worker.kill()
        worker.wait()


def test_a_mail_server_without_an_answer_holds_up_its_own_organization(slow, movers, labs):
    half = deliver.senders() // 2
    slow()
    wait_for(lambda: workers.states(labs)[Message.SENT], "the message of Labs")
    wait_for(lambda: workers.states(movers)[Message.SENDING] == half, "half of the senders to be held")
    time.sleep(1)  # a worker looks for work so often
    assert workers.states(movers) == {Message.SENDING: half, Message.QUEUED: 6 - half}


def test_without_a_share_it_would_hold_up_everybody(slow, movers, labs):
    """The negative control."""
    slow("greedy")
    wait_for(lambda: workers.states(movers)[Message.SENDING] == deliver.senders(), "every sender to be held")
    time.sleep(1)
    assert workers.states(labs) == {Message.QUEUED: 1}
