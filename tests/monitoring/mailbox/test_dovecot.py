"""The client against a real server, Debian's Dovecot: every way in, every verdict that it can be brought to."""

import asyncio
import re

import pytest

from keyturn.monitoring.mailbox.check import Seen, check
from keyturn.monitoring.mailbox.place import Login, Place
from tests import dovecot
from tests.patience import wait_for

pytestmark = pytest.mark.mission("M1.2", "M1.4")

WAYS = [
    ("imap", "imaps", "implicit"),
    ("imap", "imap", "starttls"),
    ("imap", "imap", "none"),
    ("pop3", "pop3s", "implicit"),
    ("pop3", "pop3", "starttls"),
    ("pop3", "pop3", "none"),
]
ODD = ['say "friend"', "back\\slash", "Blümchen ✿ on the sill", "{5}", "(a)[b]%*", "p" * 256, " blanks around "]


@pytest.fixture(scope="module")
def running(authority):
    """One Dovecot for all tests here."""
    with dovecot.serving(authority.good(), {"mara": "tulip-Harbor-94"}) as server:
        yield server


@pytest.fixture
def mailboxes(running, trusted, opened):
    """Mara's mailbox, as it is at first."""
    running.set_password("mara", "tulip-Harbor-94")
    return running


def signed_in(server: dovecot.Server, way: tuple[str, str, str], password: str, method: str = "password") -> Seen:
    protocol, port, tls = way
    place = Place(protocol, "127.0.0.1", getattr(server, port), tls)
    return asyncio.run(check(place, Login("mara", password, method)))


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_right_is_accepted_and_wrong_is_rejected(mailboxes, way):
    assert signed_in(mailboxes, way, "tulip-Harbor-94").code == "signed_in"
    assert signed_in(mailboxes, way, "tulip-Harbor-95").code == "authentication_failed"


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_password_that_is_changed_there_is_found_out(mailboxes, way):
    assert signed_in(mailboxes, way, "tulip-Harbor-94").verdict == "accepted"
    mailboxes.set_password("mara", "another-Tulip-7")
    assert signed_in(mailboxes, way, "tulip-Harbor-94").verdict == "rejected"
    assert signed_in(mailboxes, way, "another-Tulip-7").verdict == "accepted"


@pytest.mark.parametrize("password", ODD)
@pytest.mark.parametrize("way", [WAYS[0], WAYS[3]], ids=str)
def test_odd_passwords_arrive_as_they_are(mailboxes, way, password):
    mailboxes.set_password("mara", password)
    assert signed_in(mailboxes, way, password).verdict == "accepted"
    assert signed_in(mailboxes, way, password + "x").verdict == "rejected"


@pytest.mark.parametrize("password", ODD)
def test_odd_passwords_by_login_arrive_too(mailboxes, password, monkeypatch):
    """As to a server that offers no SASL; this one takes LOGIN as well."""
    monkeypatch.setattr("keyturn.monitoring.mailbox.sasl.choose", lambda login, offered: None)
    mailboxes.set_password("mara", password)
    for way in (WAYS[0], WAYS[3]):
        assert signed_in(mailboxes, way, password).verdict == "accepted"
        assert signed_in(mailboxes, way, password + "x").verdict == "rejected"


def test_an_expired_password_is_called_expired(mailboxes):
    mailboxes.set_password("mara", "tulip-Harbor-94", result="PASS_EXPIRED")
    assert signed_in(mailboxes, WAYS[0], "tulip-Harbor-94").code == "expired"


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_server_that_is_out_of_order_accuses_nobody(mailboxes, way):
    mailboxes.set_password("mara", "tulip-Harbor-94", result="INTERNAL_FAILURE")
    for password in ("tulip-Harbor-94", "wrong"):
        assert signed_in(mailboxes, way, password).code == "unavailable"


@pytest.mark.parametrize(
    ("extra", "code"),
    [("nologin=y", "contact_admin"), ("nologin=y reason=Moved host=127.0.0.2", "referral")],
)
def test_an_account_that_is_closed_or_moved_is_no_wrong_password(mailboxes, extra, code):
    mailboxes.set_password("mara", "tulip-Harbor-94", extra=extra)
    assert signed_in(mailboxes, WAYS[0], "tulip-Harbor-94").code == code


@pytest.mark.parametrize("way", [WAYS[0], WAYS[1], WAYS[3], WAYS[4]], ids=str)
def test_a_token_that_does_not_hold_is_rejected(mailboxes, way):
    assert signed_in(mailboxes, way, "ya29.no-token", "xoauth2").code == "authentication_failed"


@pytest.mark.parametrize("certificate", ["wrong_name", "expired", "not_yet_valid", "self_signed"])
def test_a_certificate_that_does_not_hold_ends_it_before_a_name_is_said(authority, trusted, opened, certificate):
    with dovecot.serving(getattr(authority, certificate)(), {"mara": "tulip-Harbor-94"}) as server:
        for way in (WAYS[0], WAYS[1], WAYS[3], WAYS[4]):
            assert signed_in(server, way, "tulip-Harbor-94").code == "certificate"
        assert "user=<mara>" not in (server.root / "log").read_text()


def test_every_check_signs_out_again(mailboxes):
    signed_in(mailboxes, WAYS[0], "tulip-Harbor-94")
    before = wait_for(lambda: _ends(mailboxes), "the ends of earlier sessions")
    for way in WAYS:
        signed_in(mailboxes, way, "tulip-Harbor-94")
    number = len(before) + len(WAYS)
    ends = wait_for(lambda: (ends := _ends(mailboxes)) and len(ends) == number and ends, "the ends of these")
    assert all("Logged out" in end for end in ends[len(before) :])


def _ends(server: dovecot.Server) -> list[str]:
    """How the sessions ended, once all have: the server writes that down a moment after it has answered."""
    log = (server.root / "log").read_text()
    ends = re.findall(r" (?:imap|pop3)\(mara\)<.*Disconnected.*", log)
    return ends if len(ends) == log.count("-login: Info: Login: user=<mara>") else []
