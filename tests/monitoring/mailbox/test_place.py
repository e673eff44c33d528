"""Arguments are looked at before anything is connected to: what could become a command of its own never gets in."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.monitoring.mailbox import sasl
from keyturn.monitoring.mailbox.place import Login, Method, Place, Protocol, Refused, Tls

RIGHT_PLACE = {"protocol": "imap", "host": "mail.example", "port": 993, "tls": "implicit"}
RIGHT_LOGIN = {"username": "mara", "secret": "tulip", "method": "password"}
CONTROLS = [chr(number) for number in range(0x20)] + ["\x7f"]
HOSTS = [
    "mail.example",
    "MAIL.example",
    "127.0.0.1",
    "::1",
    "2620:fe::fe",
    "xn--bcher-kva.example",
    "a_b.example",
    "mx",
]
NOT_HOSTS = [
    "mail example", "mail.example.", ".example", "-a.example", "a-.example", "a..b", "mail.example:993", "[::1]",
    "fe80::1%eth0", "bücher.example", "a" * 64 + ".example", "user@mail.example", "mail.example/x", "*", "a\u2028b",
]  # fmt: skip


@pytest.mark.parametrize("control", CONTROLS, ids=repr)
@pytest.mark.parametrize("where", ["", "a", "a b"])
def test_no_control_character_in_any_argument(control, where):
    for make, right, name in (
        (Place, RIGHT_PLACE, "host"),
        (Login, RIGHT_LOGIN, "username"),
        (Login, RIGHT_LOGIN, "secret"),
        (Login, {**RIGHT_LOGIN, "method": "xoauth2"}, "secret"),
    ):
        with pytest.raises(Refused) as refused:
            make(**{**right, name: f"{where}{control}{where}"})
        assert (refused.value.field, refused.value.reason) == (name, "control_character")


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("protocol", "nntp", "unknown"),
        ("tls", "maybe", "unknown"),
        ("tls", None, "unknown"),
        ("host", "", "empty"),
        ("host", b"mail.example", "unknown"),
        ("host", "a." * 200 + "example", "too_long"),
        ("port", 0, "not_a_port"),
        ("port", 65536, "not_a_port"),
        ("port", "993", "not_a_port"),
        ("port", True, "not_a_port"),
        *(("host", host, "not_a_host") for host in NOT_HOSTS),
    ],
)
def test_places_that_are_none(field, value, reason):
    with pytest.raises(Refused) as refused:
        Place(**{**RIGHT_PLACE, field: value})
    assert (refused.value.field, refused.value.reason) == (field, reason)


@pytest.mark.parametrize("host", HOSTS)
def test_names_and_addresses_are_hosts(host):
    assert Place(**{**RIGHT_PLACE, "host": host}).host == host


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("username", "", "empty"),
        ("secret", "", "empty"),
        ("username", "m" * 321, "too_long"),
        ("secret", "p" * 1025, "too_long"),
        ("secret", "ж" * 513, "too_long"),
        ("secret", "p\ud800", "not_unicode"),
        ("secret", None, "unknown"),
        ("method", "cram-md5", "unknown"),
    ],
)
def test_logins_that_are_none(field, value, reason):
    with pytest.raises(Refused) as refused:
        Login(**{**RIGHT_LOGIN, field: value})
    assert (refused.value.field, refused.value.reason) == (field, reason)


@pytest.mark.parametrize("token", ["two words", "ütf", "", "x" * 16385])
def test_a_token_is_one_word_of_ascii(token):
    with pytest.raises(Refused):
        Login("mara", token, Method.XOAUTH2)


def test_a_refusal_and_a_login_do_not_show_the_secret():
    with pytest.raises(Refused) as refused:
        Login("mara", "tulip\ud800")
    assert "tulip" not in repr(refused.value) and refused.value.__suppress_context__
    assert "tulip" not in repr(Login("mara", "tulip"))


def test_without_the_check_a_line_end_would_be_a_command(monkeypatch):
    """The negative control: the bytes that a server would read, were the check not there."""
    monkeypatch.setattr("keyturn.monitoring.mailbox.place._refuse_controls", lambda *anything: None)
    injected = Login("mara\r\nK9 DELETE INBOX", "tulip").username.encode()
    assert len((b'K1 LOGIN "' + injected).splitlines()) == 2


def test_ports_are_those_of_the_trade_and_none_without_tls():
    ports = {protocol: Place(protocol, "mail.example", 1, Tls.STARTTLS).ports for protocol in Protocol}
    assert ports == {"imap": {143, 993}, "pop3": {110, 995}, "smtp": {25, 465, 587}}
    assert all(not Place(protocol, "mail.example", 993, Tls.NONE).ports for protocol in Protocol)


def test_places_and_logins_do_not_change():
    for value, field in ((Place(**RIGHT_PLACE), "host"), (Login(**RIGHT_LOGIN), "secret")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, field, "other")


@given(name=st.text(max_size=30), secret=st.text(max_size=30))
def test_whatever_is_taken_makes_one_line_without_controls_by_any_mechanism(name, secret):
    try:
        login = Login(name, secret)
    except Refused:
        return
    for said in (sasl.first("PLAIN", login), *sasl.login_steps(login), name.encode(), secret.encode()):
        assert len(said.splitlines()) == 1 and min(said) >= 0x20
