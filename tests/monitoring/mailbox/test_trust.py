"""A server that cannot be trusted hears nothing of use to it: certificates, stripping, injection, old versions."""

import asyncio
import socket
import ssl

import pytest

from keyturn.lib import trust
from keyturn.monitoring.core.verdict import Code
from keyturn.monitoring.mailbox.wire import PATIENCE, Broken, Clock, Wire
from tests.monitoring.fakes import CLOSE, HEAR_HELLO, RESET, STALL, hear, manners, raw, say, tls
from tests.monitoring.mailbox.acts import BRUSQUE, LITTLE, PROTOCOLS, at, checked, holds_password

BAD = ("wrong_name", "expired", "not_yet_valid", "untrusted", "self_signed")
READY = {"imap": "{tag} OK go", "pop3": "+OK go", "smtp": "220 go"}
TO_TLS = {
    "imap": [say("* OK hi"), hear()],
    "pop3": [say("+OK hi"), hear()],
    "smtp": [say("220 hi"), hear(), say(*manners.EHLO), hear()],
}


@pytest.mark.parametrize("certificate", BAD)
@pytest.mark.parametrize("how", ["implicit", "starttls"])
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_certificate_that_does_not_hold_hears_no_password(server, protocol, how, certificate):
    script = manners.server(protocol, how, certificate=certificate)
    one = checked(server, script, at(server, protocol, how))
    assert (one.code, one.verdict) == ("certificate", "unreachable")
    assert not one.conversation.is_secured and "secured" not in one.stages
    assert not holds_password(one.conversation)


@pytest.mark.parametrize("certificate", BAD)
@pytest.mark.parametrize("how", ["implicit", "starttls"])
def test_without_the_check_the_password_would_be_heard(server, how, certificate, monkeypatch):
    """The negative control: a client that trusts everybody tells everything, and the test above would see it."""
    monkeypatch.setattr(trust, "context", ssl._create_unverified_context)
    one = checked(server, manners.server("imap", how, certificate=certificate), at(server, "imap", how))
    assert one.verdict == "accepted" and holds_password(one.conversation)


@pytest.mark.parametrize("version", ["TLSv1", "TLSv1_1"])
def test_old_versions_are_not_spoken(server, version):
    one = checked(server, [tls("good", version), *manners.server("imap", "implicit")[1:]], at(server))
    assert one.code in {"tls", "broken_off"} and not one.conversation.is_secured


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_tls_1_2_is_spoken(server, protocol):
    one = checked(server, [tls("good", "TLSv1_2"), *manners.server(protocol, "implicit")[1:]], at(server, protocol))
    assert one.verdict == "accepted"


@pytest.mark.parametrize(
    ("protocol", "script"),
    [
        ("imap", [say("* OK [CAPABILITY AUTH=PLAIN SASL-IR] hi"), hear(), say("{tag} BAD no such command"), STALL]),
        ("imap", [say("* OK hi"), hear(), say("{tag} NO [AUTHENTICATIONFAILED] not now"), STALL]),
        ("imap", [say("* OK hi"), hear(), say("+ go"), STALL]),
        ("imap", [say("* PREAUTH you are in"), STALL]),
        ("pop3", [say("+OK hi"), hear(), say("-ERR [AUTH] no"), STALL]),
        ("smtp", [say("220 hi"), hear(), say("250-mail", "250 AUTH PLAIN LOGIN"), STALL]),
        ("smtp", [say("220 hi"), hear(), say(*manners.EHLO), hear(), say("454 not now"), STALL]),
        ("smtp", [say("220 hi"), hear(), say(*manners.EHLO), hear(), say("535 5.7.8 no"), STALL]),
    ],
)
def test_starttls_that_is_not_there_is_not_done_without(server, protocol, script):
    one = checked(server, script, at(server, protocol, "starttls"))
    assert one.code in {"starttls_missing", "preauthenticated"} and one.verdict == "unreachable"
    assert not holds_password(one.conversation)


INJECTED = {
    "imap": "* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\nK2 OK\r\nK3 NO [AUTHENTICATIONFAILED] wrong",
    "pop3": "+OK\r\nSASL PLAIN\r\n.\r\n-ERR [AUTH] wrong",
    "smtp": "250-mail\r\n250 AUTH PLAIN\r\n535 5.7.8 wrong",
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_was_said_before_tls_is_not_believed_after_it(server, protocol):
    after = manners.server(protocol, "implicit")[2:] if protocol != "imap" else manners.imap("none", "{tag} OK")[1:]
    script = [*TO_TLS[protocol], say(READY[protocol], INJECTED[protocol]), tls("good"), *after]
    one = checked(server, script, at(server, protocol, "starttls"))
    assert (one.code, one.verdict) == ("injected", "unreachable")
    assert not holds_password(one.conversation)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_without_the_look_what_was_injected_would_accuse(server, protocol, monkeypatch):
    """The negative control: the guard taken away, a right password is called wrong by somebody on the way."""
    honest = Wire.secure

    async def credulous(wire, name):
        injected, wire._said = wire._said, bytearray()
        await honest(wire, name)
        wire._said = injected

    monkeypatch.setattr(Wire, "secure", credulous)
    script = [*TO_TLS[protocol], say(READY[protocol], INJECTED[protocol]), tls("good"), STALL]
    one = checked(server, script, at(server, protocol, "starttls"), patience=BRUSQUE)
    assert one.verdict == "rejected"


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_is_said_just_before_the_handshake_breaks_it(server, protocol):
    """Injected a moment later, it is read as TLS, and is none."""
    script = [*TO_TLS[protocol], say(READY[protocol]), HEAR_HELLO, say(INJECTED[protocol]), STALL]
    one = checked(server, script, at(server, protocol, "starttls"))
    assert one.code == "tls" and not holds_password(one.conversation)


def test_capabilities_from_before_tls_are_forgotten(server):
    """A mechanism that was named before TLS only is not used after it."""
    script = [
        say("* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN SASL-IR] hi"),
        hear(),
        say("{tag} OK [CAPABILITY AUTH=PLAIN SASL-IR] go"),
        tls("good"),
        hear(),
        say("* CAPABILITY IMAP4rev1 LOGINDISABLED", "{tag} OK"),
        STALL,
    ]
    one = checked(server, script, at(server, "imap", "starttls"))
    assert one.code == "privacy_required" and one.conversation.lines[-1] == b"K2 CAPABILITY"


@pytest.mark.parametrize(
    "noise", [b"* OK hello\r\n", b"\x15\x03\x01\x00\x02\x02\x28", b"\x16\x03\x01\xff\xff", b"\0" * 99]
)
def test_a_server_that_speaks_no_tls_where_it_should_hears_nothing(server, noise):
    one = checked(server, [raw(noise), STALL], at(server), patience=LITTLE)
    assert one.code in {"tls", "timeout"} and not holds_password(one.conversation)


@pytest.mark.parametrize("end", [STALL, CLOSE, RESET], ids=str)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_half_open_tls_accuses_nobody(server, protocol, end):
    for how, opening in (("implicit", []), ("starttls", [*TO_TLS[protocol], say(READY[protocol])])):
        one = checked(server, [*opening, HEAR_HELLO, end], at(server, protocol, how), patience=LITTLE)
        assert one.verdict == "unreachable" and one.code in {"timeout", "broken_off"}


def test_a_secret_is_not_told_over_an_open_connection_whoever_asks():
    """The last guard: the wire itself, were a protocol wrong about where it is."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)

    async def tell():
        async with asyncio.timeout(5) as limit:
            await Wire(ours, Clock(PATIENCE, limit, asyncio.get_running_loop().time)).tell(b"a secret")

    with ours, theirs, pytest.raises(Broken) as broken:
        asyncio.run(tell())
    assert broken.value.code is Code.PRIVACY_REQUIRED
