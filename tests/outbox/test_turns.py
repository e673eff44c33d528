"""The turn: one has it at a time, nobody waits for ever, and who kept it too long takes it from nobody."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from keyturn.outbox.turns import Turn
from tests.patience import wait_for


def test_one_has_it_at_a_time():
    turn, within, most = Turn(patience=60), [], []

    def work(_number):
        with turn.taken():
            within.append(1)
            most.append(len(within))
            time.sleep(0)  # somebody else's chance
            within.pop()

    with ThreadPoolExecutor(max_workers=8) as workers:
        list(workers.map(work, range(400)))
    assert most == [1] * 400


def test_it_is_given_back_by_whoever_fails():
    turn = Turn(patience=60)
    for _ in range(2):
        with pytest.raises(OSError), turn.taken():
            raise OSError


def test_who_is_slow_holds_up_nobody_for_longer_than_that():
    turn = Turn(patience=0.1)
    with turn.taken(), turn.taken(), turn.taken():
        pass  # three in one thread: a turn that passed on only when given back would never come


def test_who_kept_it_too_long_gives_back_nothing_of_somebody_elses():
    turn, may_end, has_it = Turn(patience=0), threading.Event(), []

    def slow():
        with turn.taken():
            may_end.wait(60)

    def third():
        with turn.taken():
            has_it.append(True)

    slowest = threading.Thread(target=slow)
    slowest.start()
    wait_for(lambda: turn._holder, "the first to have it")
    with turn.taken():  # the second, at once
        turn.patience = 60
        may_end.set()
        slowest.join()
        waiting = threading.Thread(target=third)
        waiting.start()
        waiting.join(0.2)
        assert not has_it
    waiting.join()
    assert has_it
