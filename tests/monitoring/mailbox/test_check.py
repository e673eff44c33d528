"""What a check makes of troubles that no server can be brought to, and what it tells whom."""

import asyncio
import errno
import ssl

import pytest

from keyturn.lib import egress
from keyturn.monitoring.mailbox import names, wire
from keyturn.monitoring.mailbox.check import check
from keyturn.monitoring.mailbox.place import Place
from keyturn.monitoring.mailbox.smtp import Smtp
from tests.monitoring.mailbox.acts import MARA

MAIL = Place("imap", "mail.example", 993, "implicit")
TROUBLES = {
    errno.EMFILE: "our_own",
    errno.ENFILE: "our_own",
    errno.EADDRNOTAVAIL: "our_own",
    errno.ECONNREFUSED: "closed",
    errno.EHOSTUNREACH: "closed",
    errno.ENETUNREACH: "closed",
    errno.ECONNRESET: "broken_off",
    errno.EPIPE: "broken_off",
    errno.ETIMEDOUT: "timeout",
}


@pytest.fixture
def trouble(monkeypatch):
    """Makes connecting fail in a way of its own."""

    async def found(place):
        return [egress.Place(2, "9.9.9.9", place.port)]

    monkeypatch.setattr(names, "look_up", found)

    def fails(problem):
        async def connect(places, clock):
            raise problem

        monkeypatch.setattr(wire, "connect", connect)

    return fails


@pytest.mark.parametrize(("number", "code"), TROUBLES.items(), ids=str)
def test_troubles_of_connections_have_names_and_accuse_nobody(trouble, number, code):
    trouble(OSError(number, "what the system says"))
    seen = asyncio.run(check(MAIL, MARA))
    assert (seen.code, seen.verdict, seen.stage) == (code, "unreachable", "resolved")


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (ssl.SSLCertVerificationError(1, "no"), "certificate"),
        (ssl.SSLError(1, "no"), "tls"),
        (ssl.SSLEOFError(8, "no"), "tls"),
        (TimeoutError(), "timeout"),
        (OSError(), "closed"),
    ],
)
def test_troubles_without_a_number_too(trouble, problem, code):
    trouble(problem)
    assert asyncio.run(check(MAIL, MARA)).code == code


def test_a_mistake_of_ours_is_not_taken_for_trouble(trouble):
    trouble(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        asyncio.run(check(MAIL, MARA))


@pytest.mark.parametrize(("own", "said"), [("192.0.2.7", b"[192.0.2.7]"), ("2001:db8::7", b"[IPv6:2001:db8::7]")])
def test_to_smtp_servers_we_are_called_by_our_address(own, said):
    """RFC 5321 section 4.1.3."""

    class Line:
        own_address, heard = own, []

        async def say(self, words):
            self.heard.append(words)

        async def line(self):
            return b"250 mail.test"

    asyncio.run(Smtp(Line()).meet())
    assert Line.heard == [b"EHLO " + said + b"\r\n"]
