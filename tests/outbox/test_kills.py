"""Workers killed at every point, while others go on: no message is lost, none stays behind, and each kill costs
one extra copy at most. Real processes with as many senders as a worker has, real kill -9, a real mail server that
answers 30 ms after it accepted.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection

from keyturn.outbox.models import Message
from keyturn.outbox.posting import Letter, post
from keyturn.people.models import Address, Person
from keyturn.tenants import scope
from tests import proof
from tests.outbox.conftest import LINK

MESSAGES = proof.count(40, full=300)
KILLS = proof.count(4, full=30)
POINTS = ("claimed", "before_send", "after_send", "settled")


@dataclass(frozen=True)
class Toll:
    """What was left when the queue came to rest."""

    sent: int
    waiting: int
    lost: int
    extra: int
    kills: int

    def is_honest(self) -> bool:
        """Nothing lost, nothing stuck, at most one copy more for each kill."""
        return self.lost == 0 and self.waiting == 0 and self.extra <= self.kills


@pytest.fixture
def queue(request, transactional_db, movers, now):
    """Messages written and committed, for workers in other processes; as many as the test's `few` says."""
    few = request.node.get_closest_marker("few")
    with scope.inside(movers.id):
        mara = Person.objects.create(identifier="mara", identifier_key="mara", name="Mara Lind", created_at=now)
        raw = "mara@movers.example"
        email = Address.objects.create(person=mara, kind="email", raw=raw, key=raw, lowered=raw)
        letter = Letter("recovery_link", email, {"LINK": LINK, "CODE": "048213"}, now + timedelta(hours=1))
        yield [post(letter, person=mara, now=now).header_id for _ in range(few.args[0] if few else MESSAGES)]


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
    toll = _run(queue, server, workers=1, kills=[f"deliver.{point}"])
    assert toll.kills == 1
    assert toll.is_honest(), toll
    if point != "settled":  # the turn is given back there, and another sender's message may be in doubt
        assert toll.extra == (1 if point == "after_send" else 0)


@pytest.mark.few(8)
def test_a_kill_meets_one_message_in_doubt_however_many_senders_there_are(queue, server):
    server.become("accept_then_wait")
    toll = _run(queue, server, workers=1, kills=["crowded", "crowded"])
    assert (toll.kills, toll.extra) == (2, 2)
    assert toll.is_honest(), toll


@pytest.mark.few(8)
def test_senders_that_do_not_wait_for_their_turn_would_be_found_out(queue, server):
    """The negative control: two messages are in doubt at each death."""
    server.become("accept_then_wait")
    toll = _run(queue, server, "hasty", workers=1, kills=["crowded", "crowded"])
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


def _run(queue, server, *how, kills, workers=2):
    """So many workers until the queue is empty; a new one for each that dies, doomed as long as kills are left."""
    left, killed = list(kills), 0
    running = [_start(server, left, *how) for _ in range(workers)]
    until = time.monotonic() + 60 + 5 * len(kills)
    while not _is_empty() and time.monotonic() < until:
        time.sleep(0.05)
        for number, process in enumerate(running):
            if process.poll() is not None:
                killed += process.returncode == -signal.SIGKILL
                running[number] = _start(server, left, *how)
    for process in running:
        process.stdin.close()
    killed += sum(process.wait(20) == -signal.SIGKILL for process in running)
    return _toll(queue, server, killed)


def _start(server, left, *how):
    environment = {
        **os.environ,
        "KEYTURN_DATABASE_URL": _database(),
        "KEYTURN_EMAIL_URL": server.url,
        "KEYTURN_LEASE_SECONDS": "1",  # so that what a dead worker held is free again soon
        "KEYTURN_LOG_LEVEL": "ERROR",
    }
    arguments = [sys.executable, "-m", "tests.outbox.doomed", str(left.pop(0) if left else 0), *how]
    return subprocess.Popen(arguments, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)


def _database():
    """The test database, as another process names it."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    return f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"


def _is_empty():
    return not Message.objects.filter(state__in=Message.WAITING).exists()


def _toll(queue, server, kills):
    copies = Counter()
    for mail in server.accepted():
        lines = mail["content"].decode().splitlines()
        copies[next(line.partition(": ")[2] for line in lines if line.startswith("Message-ID: "))] += 1
    waiting = Message.objects.filter(state__in=Message.WAITING).count()
    sent = Message.objects.filter(state=Message.SENT).count()
    lost = sum(1 for header_id in queue if not copies[header_id])
    return Toll(sent, waiting, lost, sum(copies.values()) - len(copies), kills)
