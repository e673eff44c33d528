"""The clock of a check, and which address is reached."""

import asyncio
import socket
from dataclasses import dataclass

import pytest

from keyturn.lib import egress
from keyturn.monitoring.mailbox import wire
from keyturn.monitoring.mailbox.wire import Clock, Patience


@dataclass
class Limit:
    """What asyncio.timeout gives, without time."""

    at: float = 60.0
    moved: int = 0

    def when(self):
        return self.at

    def reschedule(self, when):
        self.at, self.moved = when, self.moved + 1


@pytest.fixture
def limit():
    return Limit()


@pytest.fixture
def at():
    """The time, to be turned."""
    return [0.0]


@pytest.fixture
def clock(limit, at):
    return Clock(Patience(total=60), limit, lambda: at[0])


def test_a_step_may_take_its_time(clock, limit):
    clock.allow(30)
    assert limit.at == 30


def test_a_step_right_after_another_costs_no_timer_and_has_nearly_all_of_its_time(clock, limit, at):
    clock.allow(30)
    for _ in range(10):
        at[0] += 0.25
        clock.allow(30)
    assert limit.moved == 1 and limit.at - at[0] >= 0.9 * 30
    at[0] += 1
    clock.allow(30)
    assert limit.at == at[0] + 30


@pytest.mark.parametrize("steps", [(30, 10), (10, 30), (30, 29)])
def test_no_step_has_more_than_its_time(clock, limit, steps):
    for seconds in steps:
        clock.allow(seconds)
        assert 0.9 * seconds <= limit.at <= seconds


def test_all_steps_end_with_the_whole(clock, limit, at):
    for _ in range(100):
        at[0] += 5
        clock.allow(30)
    assert limit.at == 60


def test_the_next_address_is_tried_when_one_does_not_answer():
    listener, closed = socket.create_server(("127.0.0.1", 0)), socket.create_server(("127.0.0.1", 0))
    port, closed_port = listener.getsockname()[1], closed.getsockname()[1]
    closed.close()
    places = [egress.Place(socket.AF_INET, "127.0.0.1", number) for number in (closed_port, closed_port, port)]
    with listener, asyncio.run(_connected(places)) as sock:
        assert sock.getpeername()[1] == port


def test_only_a_few_addresses_are_tried():
    closed = socket.create_server(("127.0.0.1", 0))
    port = closed.getsockname()[1]
    closed.close()
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(ConnectionRefusedError):
        places = [egress.Place(socket.AF_INET, "127.0.0.1", port)] * 3
        asyncio.run(_connected([*places, egress.Place(socket.AF_INET, "127.0.0.1", listener.getsockname()[1])]))


async def _connected(places):
    async with asyncio.timeout(10) as limit:
        return await wire.connect(places, Clock(Patience(), limit, asyncio.get_running_loop().time))
