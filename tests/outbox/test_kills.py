"""Workers killed at every point, while others go on: no message is lost, none stays behind, and each kill costs
one extra copy at most. Real processes with as many senders as a worker has, real kill -9, a real mail server that
answers 30 ms after it accepted.
"""

import random
import signal
import time
from collections import Counter
from dataclasses import dataclass

import pytest

from keyturn.outbox.models import Message
from keyturn.tenants.models import Tenant
from tests import proof
from tests.outbox import workers

MESSAGES = proof.count(40, full=300)
KILLS = proof.count(4, full=30)
POINTS = ("claimed", "before_send", "after_send", "settled")


@dataclass(frozen=True)
class Queue:
    """Messages of two organizations, by their Message-IDs."""

    tenants: tuple[Tenant, Tenant]
    messages: list[str]

    def is_empty(self) -> bool:
        """Whether all have come to their end."""
        return not set(Message.WAITING) & set(workers.states(*self.tenants))


@dataclass(frozen=True)
class Toll:
    """What was left when the queue came to rest."""

    waiting: int
    lost: int
    extra: int
    kills: int

    def is_honest(self) -> bool:
        """Nothing lost, nothing stuck, at most one copy more for each kill."""
        return self.lost == 0 and self.waiting == 0 and self.extra <= self.kills


@pytest.fixture
def queue(request, transactional_db, movers, labs, now):
    """Messages written and committed, for workers in other processes; as many as the test's `few` says."""
    few = request.node.get_closest_marker("few")
    many = (few.args[0] if few else MESSAGES) // 2
    return Queue((movers, labs), workers.write(movers, now, many) + workers.write(labs, now, many))


@pytest.mark.mission("M0.19")
@pytest.mark.mission("M0.4")
def test_kills_lose_nothing_and_cost_one_copy_at_most(queue, server):
    server.become("accept_then_wait")
    chosen = random.Random(7)
    toll = _run(queue, server, kills=[chosen.randint(1, 4 * MESSAGES // KILLS) for _ in range(KILLS)])
    proof.note(
        "kills of a delivering worker", toll.kills, f"{toll.lost} lost, {toll.waiting} stuck, {toll.extra} extra"
    )
    assert 0 < toll.kills <= KILLS
    assert toll.is_honest(), toll


@pytest.mark.few(8)
@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_each_point_costs_one_copy_at_most(queue, server, point):
    how = ["alone"] if point == "settled" else []  # the turn is given back there, and another sender may have it
    toll = _run(queue, server, *how, count=1, kills=[f"deliver.{point}"])
    assert toll.kills == 1
    assert toll.is_honest(), toll
    assert toll.extra == (1 if point == "after_send" else 0)


@pytest.mark.few(8)
def test_a_kill_meets_one_message_in_doubt_however_many_senders_there_are(queue, server):
    server.become("accept_then_wait")
    toll = _run(queue, server, count=1, kills=["crowded", "crowded"])
    assert (toll.kills, toll.extra) == (2, 2)
    assert toll.is_honest(), toll


@pytest.mark.few(8)
def test_senders_that_do_not_wait_for_their_turn_would_be_found_out(queue, server):
    """The negative control: two messages are in doubt at each death."""
    server.become("accept_then_wait")
    toll = _run(queue, server, "hasty", count=1, kills=["crowded", "crowded"])
    assert (toll.kills, toll.lost, toll.waiting) == (2, 0, 0)
    assert toll.extra > toll.kills
    assert not toll.is_honest()


@pytest.mark.few(60)
def test_workers_that_seize_nothing_would_be_found_out(queue, server):
    """The negative control: a claim that looks first and writes afterwards."""
    server.become("accept_then_wait")
    toll = _run(queue, server, "careless", kills=[])
    assert (toll.kills, toll.lost) == (0, 0)
    assert toll.extra > 0
    assert not toll.is_honest()


def _run(queue, server, *how, kills, count=2):
    """So many workers until the queue is empty; a new one for each that dies, doomed as long as kills are left."""
    left, killed = list(kills), 0
    running = [_next(server, left, *how) for _ in range(count)]
    until = time.monotonic() + 60 + 5 * len(kills)
    while not queue.is_empty() and time.monotonic() < until:
        time.sleep(0.05)
        for number, process in enumerate(running):
            if process.poll() is not None:
                killed += process.returncode == -signal.SIGKILL
                running[number] = _next(server, left, *how)
    for process in running:
        process.stdin.close()
    killed += sum(process.wait(20) == -signal.SIGKILL for process in running)
    return _toll(queue, server, killed)


def _next(server, left, *how):
    return workers.start(server, left.pop(0) if left else 0, *how)


def _toll(queue, server, kills):
    copies = Counter()
    for mail in server.accepted():
        lines = mail["content"].decode().splitlines()
        copies[next(line.partition(": ")[2] for line in lines if line.startswith("Message-ID: "))] += 1
    states = workers.states(*queue.tenants)
    waiting = sum(states[state] for state in Message.WAITING)
    lost = sum(1 for header_id in queue.messages if not copies[header_id])
    return Toll(waiting, lost, sum(copies.values()) - len(copies), kills)
