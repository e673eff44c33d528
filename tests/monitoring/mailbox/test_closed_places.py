"""Closed places and names that are none get one answer after one time, and nobody there is knocked at (C78)."""

import asyncio
import itertools
import selectors
import socket

import pytest

from keyturn.lib import egress
from keyturn.monitoring.core.verdict import Code
from keyturn.monitoring.mailbox import names, wire
from keyturn.monitoring.mailbox.check import Seen, Stage, check, check_evenly
from keyturn.monitoring.mailbox.place import Login, Place
from keyturn.monitoring.mailbox.wire import Broken, Patience
from tests.lib.test_egress import PRIVATE

# as an attacker writes them, for a resolver that understands more than one should like
SPELLED = ["localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "[::1]"]
MAIL, MARA = Place("imap", "mail.example", 993, "implicit"), Login("mara", "secret")
WAYS = [("imap", 993, "implicit"), ("imap", 143, "starttls"), ("pop3", 995, "implicit"), ("smtp", 465, "implicit")]


@pytest.fixture(autouse=True)
def _nothing_known():
    names.forget()
    yield
    names.forget()


@pytest.fixture
def knocked(monkeypatch):
    """The places that something would have been connected to."""
    places = []

    async def connect(found, clock):
        places.extend(found)
        raise ConnectionRefusedError

    monkeypatch.setattr(wire, "connect", connect)
    return places


class Skipping(asyncio.SelectorEventLoop):
    """A loop on which nobody waits: its clock is moved on to the next moment that something was to happen at."""

    def __init__(self) -> None:
        loop, self.skipped = self, 0.0

        class Selector(selectors.DefaultSelector):
            def select(self, timeout: float | None = None) -> list:
                loop.skipped += timeout or 0
                return super().select(0)

        super().__init__(Selector())

    def time(self) -> float:
        """Seconds that were skipped."""
        return self.skipped


def times_of(how, monkeypatch) -> set[float]:
    """When whoever typed a host hears that there is nothing, however long it took to find out."""

    def told_after(seconds):
        async def look_up(place):
            await asyncio.sleep(seconds)
            raise Broken(Code.NOWHERE)

        monkeypatch.setattr(names, "look_up", look_up)
        with asyncio.Runner(loop_factory=Skipping) as runner:
            seen = runner.run(how(MAIL, MARA, patience=Patience(look_up=5)))
            assert seen == Seen(Code.NOWHERE, Stage.BEGUN)
            return round(runner.get_loop().time(), 3)

    return {told_after(seconds) for seconds in (0, 0.001, 0.2, 3, 4.4, 60)}


def seen_at(host: str, way: tuple[str, int, str]) -> Seen:
    protocol, port, tls = way
    return asyncio.run(check(Place(protocol, host, port, tls), MARA))


@pytest.mark.mission("M1.7")
def test_three_hundred_closed_places_get_one_answer_and_no_connection(knocked, monkeypatch):
    hosts = [f"h{number}.example" for number in range(len(PRIVATE) * 3)]
    leads = dict(zip(hosts, itertools.cycle(PRIVATE)))

    def getaddrinfo(host, port, **_how):
        address = leads[host]
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    answers = {seen_at(host, way) for host, way in itertools.product(hosts, WAYS)}
    assert len(hosts) * len(WAYS) >= 300
    assert answers == {Seen(Code.NOWHERE, Stage.BEGUN)} and knocked == []


@pytest.mark.parametrize("host", SPELLED)
def test_no_spelling_of_this_machine_is_knocked_at(knocked, host):
    try:
        seen = seen_at(host, WAYS[0])
    except ValueError:  # it is no host at all
        seen = None
    assert seen is None or (seen == Seen(Code.NOWHERE, Stage.BEGUN))
    assert knocked == []


def test_that_there_is_nothing_is_told_after_one_and_the_same_time(monkeypatch):
    assert times_of(check_evenly, monkeypatch) == {5.0}


def test_a_plain_check_would_tell_how_long_it_took(monkeypatch):
    """The negative control."""
    assert len(times_of(check, monkeypatch)) > 4


def test_a_server_that_is_there_keeps_nobody_waiting(monkeypatch):
    async def look_up(place):
        return [names.egress.Place(2, "9.9.9.9", 993)]

    async def connect(places, clock):
        raise ConnectionRefusedError

    monkeypatch.setattr(names, "look_up", look_up)
    monkeypatch.setattr(wire, "connect", connect)
    with asyncio.Runner(loop_factory=Skipping) as runner:
        assert runner.run(check_evenly(MAIL, MARA, patience=Patience())).code is Code.CLOSED
        assert runner.get_loop().time() == 0


def test_without_the_guard_it_would_be(knocked, monkeypatch):
    """The negative control."""
    monkeypatch.setattr(egress, "look_up", lambda host, port, ports: egress.resolve(host, port))
    assert seen_at("localhost", WAYS[0]) == Seen(Code.CLOSED, Stage.RESOLVED)
    assert knocked
