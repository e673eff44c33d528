"""Outgoing connections to typed places: what is closed, what opens it, and that names cannot talk us round it."""

import ipaddress
import socket

import pytest

from keyturn.lib import egress

PRIVATE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fc00::1", "fd00::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::",
    "2001:0:7f00:1::", "fec0::1", "fe80::1",
]  # fmt: skip
PUBLIC = ["9.9.9.9", "2620:fe::fe"]


@pytest.fixture
def answers(monkeypatch):
    """What the resolver says, to one question after another."""
    said = []

    def getaddrinfo(host, port, **_how):
        addresses = said.pop(0)
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return said


@pytest.mark.parametrize("address", PRIVATE)
def test_private_and_special_places_are_closed(answers, address):
    answers.append([address])
    with pytest.raises(egress.Nowhere):
        egress.look_up("mail.example", 587, egress.MAIL)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_ones_are_open_on_the_ports_of_the_trade(answers, address):
    answers += [[address], [address]]
    assert [place.address for place in egress.look_up("mail.example", 587, egress.MAIL)] == [address]
    with pytest.raises(egress.Nowhere):
        egress.look_up("mail.example", 22, egress.MAIL)


def test_one_bad_answer_among_good_ones_closes_the_name(answers):
    answers.append(["9.9.9.9", "127.0.0.1"])
    with pytest.raises(egress.Nowhere):
        egress.look_up("mail.example", 587, egress.MAIL)


def test_a_name_that_answers_otherwise_the_second_time_is_not_asked_again(answers, monkeypatch):
    answers += [["9.9.9.9"], ["127.0.0.1"]]
    reached = []
    monkeypatch.setattr(socket, "create_connection", lambda place, timeout: reached.append(place))
    egress.connect(egress.look_up("mail.example", 587, egress.MAIL), 1)
    assert reached == [("9.9.9.9", 587)] and len(answers) == 1


def test_the_installation_opens_networks_of_its_own_with_every_port(answers, settings):
    settings.KEYTURN_EGRESS_ALLOW = [ipaddress.ip_network("10.1.0.0/16")]
    answers += [["10.1.2.3"], ["10.2.2.3"]]
    assert egress.look_up("mail.lan.example", 2000, egress.MAIL)
    with pytest.raises(egress.Nowhere):
        egress.look_up("mail.lan.example", 2000, egress.MAIL)


@pytest.mark.parametrize("spelling", ["127.1", "0x7f.0.0.1", "2130706433", "017700000001", "localhost"])
def test_no_spelling_of_this_machine_passes(spelling):
    with pytest.raises(egress.Nowhere):
        egress.look_up(spelling, 587, egress.MAIL)


def test_an_address_of_this_machine_is_closed_even_if_public(answers, monkeypatch):
    answers += [["9.9.9.9"], ["9.9.9.9"]]
    assert egress.look_up("mail.example", 587, egress.MAIL)
    monkeypatch.setattr(egress, "_is_our_own", lambda address: True)
    with pytest.raises(egress.Nowhere):
        egress.look_up("mail.example", 587, egress.MAIL)


def test_our_own_is_told_by_binding():
    assert egress._is_our_own(ipaddress.ip_address("127.0.0.1"))
    assert not egress._is_our_own(ipaddress.ip_address("9.9.9.9"))


def test_a_flood_of_answers_is_refused(answers):
    answers.append(["9.9.9.9"] * 17)
    with pytest.raises(egress.Nowhere):
        egress.look_up("mail.example", 587, egress.MAIL)


def silent(number):
    """A resolver with this trouble."""

    def getaddrinfo(host, port, **_how):
        raise socket.gaierror(number, "what the resolver says")

    return getaddrinfo


@pytest.mark.parametrize("number", [socket.EAI_NONAME, socket.EAI_NODATA, socket.EAI_FAIL, socket.EAI_SYSTEM])
def test_a_name_that_is_none_sounds_like_a_closed_place(answers, monkeypatch, number):
    """Nobody asks through us which names our network knows."""
    answers.append(["10.0.0.1"])
    with pytest.raises(egress.Nowhere) as closed:
        egress.look_up("mail.example", 587, egress.MAIL)
    monkeypatch.setattr(socket, "getaddrinfo", silent(number))
    with pytest.raises(egress.Nowhere) as unknown:
        egress.look_up("mail.example", 587, egress.MAIL)
    assert str(closed.value) == str(unknown.value)
    assert unknown.value.__cause__ is unknown.value.__context__ is None  # nothing behind it either


def test_a_silent_name_service_is_trouble_of_its_own(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", silent(socket.EAI_AGAIN))
    with pytest.raises(socket.gaierror):
        egress.look_up("mail.example", 587, egress.MAIL)


def test_a_label_too_long_is_no_name():
    with pytest.raises(egress.Nowhere):
        egress.look_up("a" * 70 + ".example", 587, egress.MAIL)
    with pytest.raises(OSError):
        egress.resolve("a" * 70 + ".example", 587)


def test_without_the_guard_the_connection_would_be_made(answers):
    """The negative control: what look_up refuses, resolve alone would hand to connect."""
    answers.append(["127.0.0.1"])
    assert [place.address for place in egress.resolve("mail.example", 587)] == ["127.0.0.1"]
