"""Looking up: once for many, every answer judged, nothing known for long, and no frame kept by an error."""

import asyncio
import socket
import threading

import pytest

from keyturn.lib import egress
from keyturn.monitoring.core.verdict import Code
from keyturn.monitoring.mailbox import names
from keyturn.monitoring.mailbox.place import Place
from keyturn.monitoring.mailbox.wire import Broken

MAIL = Place("imap", "mail.example", 993, "implicit")


@pytest.fixture(autouse=True)
def _nothing_known():
    names.forget()
    yield
    names.forget()


@pytest.fixture
def answers(monkeypatch):
    """What the resolver says, to one question after another."""
    said = []

    def getaddrinfo(host, port, **_how):
        found = said.pop(0)
        if isinstance(found, OSError):
            raise found
        family = {True: socket.AF_INET6, False: socket.AF_INET}
        return [(family[":" in one], socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return said


def looked_up(place=MAIL):
    return asyncio.run(names.look_up(place))


def refused(place=MAIL):
    with pytest.raises(Broken) as broken:
        looked_up(place)
    return broken.value.code


def test_a_name_is_looked_up_once_for_all_who_ask(answers):
    answers.append(["9.9.9.9"])

    async def many():
        return await asyncio.gather(*(names.look_up(MAIL) for _ in range(50)))

    assert {place.address for found in asyncio.run(many()) for place in found} == {"9.9.9.9"}
    assert looked_up()[0].address == "9.9.9.9"


def test_what_is_known_is_not_known_for_long(answers, monkeypatch):
    answers += [["9.9.9.9"], ["9.9.9.10"]]
    looked_up()
    now = names.time.monotonic()
    monkeypatch.setattr(names.time, "monotonic", lambda: now + names.KEPT_FOR + 1)
    assert looked_up()[0].address == "9.9.9.10"


@pytest.mark.parametrize("bad", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "64:ff9b::7f00:1"])
def test_one_bad_address_among_good_ones_closes_the_name(answers, bad):
    answers.append(["9.9.9.9", bad])
    assert refused() is Code.NOWHERE


@pytest.mark.parametrize(
    ("protocol", "port", "tls"),
    [("imap", 22, "implicit"), ("imap", 110, "starttls"), ("pop3", 993, "implicit"), ("smtp", 2525, "starttls"),
     ("imap", 993, "none"), ("smtp", 25, "none")],
)  # fmt: skip
def test_other_ports_and_connections_without_tls_stay_within_opened_networks(answers, protocol, port, tls):
    answers.append(["9.9.9.9"])
    assert refused(Place(protocol, "mail.example", port, tls)) is Code.NOWHERE


def test_without_the_guard_any_port_would_be_reached(answers, monkeypatch):
    """The negative control."""
    monkeypatch.setattr(egress, "look_up", lambda host, port, ports: egress.resolve(host, port))
    answers.append(["127.0.0.1"])
    assert looked_up(Place("imap", "mail.example", 22, "implicit"))[0].port == 22


@pytest.mark.parametrize(
    "number", [socket.EAI_NONAME, socket.EAI_NODATA, socket.EAI_AGAIN, socket.EAI_FAIL, socket.EAI_SYSTEM]
)
def test_no_such_name_and_no_answer_sound_like_a_closed_place(answers, number):
    answers.append(socket.gaierror(number, "what the resolver says"))
    assert refused() is Code.NOWHERE


def test_a_kept_refusal_is_raised_anew_for_everybody(answers):
    answers.append(socket.gaierror(socket.EAI_NONAME, "no"))
    raised = []
    for _ in range(3):
        with pytest.raises(Broken) as broken:
            looked_up()
        raised.append(broken.value)
    assert len({id(one) for one in raised}) == 3 and all(one.__context__ is None for one in raised)


def test_who_stops_waiting_does_not_stop_it_for_others(answers, monkeypatch):
    may_answer = threading.Event()
    monkeypatch.setattr(
        egress, "look_up", lambda *question: may_answer.wait(10) and [egress.Place(2, "9.9.9.9", 993)]
    )

    async def two():
        impatient, patient = asyncio.create_task(names.look_up(MAIL)), asyncio.create_task(names.look_up(MAIL))
        await asyncio.sleep(0)
        impatient.cancel()
        await asyncio.sleep(0)
        may_answer.set()
        return await patient

    assert asyncio.run(two())[0].address == "9.9.9.9"


def test_what_is_kept_is_bounded(monkeypatch):
    monkeypatch.setattr(names, "_MOST_KEPT", 10)
    monkeypatch.setattr(egress, "look_up", lambda *question: [egress.Place(2, "9.9.9.9", 993)])
    for number in range(50):
        looked_up(Place("imap", f"mail{number}.example", 993, "implicit"))
    assert len(names._asked) <= 10
