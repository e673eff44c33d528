"""Closed places get one answer among themselves, and nobody there is even knocked at (C78)."""

import asyncio
import itertools
import socket

import pytest

from keyturn.lib import egress
from keyturn.monitoring.core.verdict import Code
from keyturn.monitoring.mailbox import names, wire
from keyturn.monitoring.mailbox.check import Seen, Stage, check
from keyturn.monitoring.mailbox.place import Login, Place
from tests.lib.test_egress import PRIVATE

# as an attacker writes them, for a resolver that understands more than one should like
SPELLED = ["localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "[::1]"]
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


def seen_at(host: str, way: tuple[str, int, str]) -> Seen:
    protocol, port, tls = way
    return asyncio.run(check(Place(protocol, host, port, tls), Login("mara", "secret")))


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
    assert answers == {Seen(Code.FORBIDDEN, Stage.BEGUN)} and knocked == []


@pytest.mark.parametrize("host", SPELLED)
def test_no_spelling_of_this_machine_is_knocked_at(knocked, host):
    try:
        seen = seen_at(host, WAYS[0])
    except ValueError:  # it is no host at all
        seen = None
    assert seen is None or (seen.code in {Code.FORBIDDEN, Code.NO_NAME} and seen.stage is Stage.BEGUN)
    assert knocked == []


def test_without_the_guard_it_would_be(knocked, monkeypatch):
    """The negative control."""
    monkeypatch.setattr(egress, "look_up", lambda host, port, ports: egress.resolve(host, port))
    assert seen_at("localhost", WAYS[0]) == Seen(Code.CLOSED, Stage.RESOLVED)
    assert knocked
