"""Signing in and out again, by every protocol and way: what is said, what is understood, which stages are told."""

import asyncio
from base64 import b64decode

import pytest

from keyturn.monitoring.mailbox.check import check
from keyturn.monitoring.mailbox.place import Login, Method
from tests.monitoring.fakes import CLOSE, hear, manners, say, tls
from tests.monitoring.mailbox.acts import MARA, PASSWORD, PROTOCOLS, WAYS, at, checked

pytestmark = pytest.mark.mission("M1.2")

TOKEN = Login("mara@movers.example", "ya29.token-of-mara", Method.XOAUTH2)
PLAIN = f"\0{MARA.username}\0{PASSWORD}".encode()
BEARER = b"user=mara@movers.example\x01auth=Bearer ya29.token-of-mara\x01\x01"
VERDICTS = {
    ("imap", "{tag} OK [CAPABILITY IMAP4rev1] in"): "signed_in",
    ("imap", "* OK [ALERT] full\r\n* 3 EXISTS\r\n{tag} OK in"): "signed_in",
    ("imap", "{tag} NO [AUTHENTICATIONFAILED] wrong"): "authentication_failed",
    ("imap", "{tag} NO [EXPIRED] old"): "expired",
    ("imap", "{tag} NO wrong"): "no_without_code",
    ("imap", "* NO [AUTHENTICATIONFAILED] untagged\r\n{tag} NO [UNAVAILABLE] later"): "unavailable",
    ("imap", "{tag} NO [CONTACTADMIN] call"): "contact_admin",
    ("imap", "{tag} NO [REFERRAL imap://mara@127.0.0.2/] there"): "referral",
    ("imap", "{tag} BAD what"): "protocol",
    ("imap", "* BYE [UNAVAILABLE] later"): "unavailable",
    ("imap", "* BYE [AUTHENTICATIONFAILED] go"): "turned_away",
    ("imap", "* BYE go"): "turned_away",
    ("pop3", "+OK in"): "signed_in",
    ("pop3", "-ERR [AUTH] wrong"): "authentication_failed",
    ("pop3", "-ERR wrong"): "no_without_code",
    ("pop3", "-ERR [IN-USE] busy"): "in_use",
    ("pop3", "-ERR [SYS/TEMP] later"): "unavailable",
    ("smtp", "235 in"): "signed_in",
    ("smtp", "535 5.7.8 wrong"): "authentication_failed",
    ("smtp", "535-5.7.8 wrong\r\n535 5.7.8 really"): "authentication_failed",
    ("smtp", "454 4.7.0 later"): "unavailable",
    ("smtp", "534 5.7.9 app password"): "other_way_wanted",
    ("smtp", "538 5.7.11 encrypt"): "privacy_required",
    ("smtp", "421 busy"): "unavailable",
}


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_right_password_is_accepted_in_every_way(server, protocol, how):
    one = checked(server, manners.server(protocol, how), at(server, protocol, how))
    secured = ["secured"] if how != "none" else []
    assert (one.verdict, one.code) == ("accepted", "signed_in")
    assert one.stages == ["resolved", "connected", *secured, "greeted", "signed_in"]
    assert one.seen.stage == "signed_in" and one.seen.code == "signed_in"


@pytest.mark.mission("M1.4")
@pytest.mark.parametrize(("said", "code"), VERDICTS.items(), ids=str)
def test_what_the_server_says_of_the_password(server, said, code):
    protocol, answer = said
    one = checked(server, manners.server(protocol, "implicit", answer), at(server, protocol))
    assert one.code == code
    assert one.seen.stage == ("signed_in" if code == "signed_in" else "greeted")


@pytest.mark.parametrize(
    ("protocol", "commands"),
    [
        ("imap", [b"K1 STARTTLS", b"K2 CAPABILITY", b"K3 AUTHENTICATE PLAIN", b"K4 LOGOUT"]),
        ("pop3", [b"STLS", b"CAPA", b"AUTH PLAIN", b"QUIT"]),
        ("smtp", [b"EHLO [127.0.0.1]", b"STARTTLS", b"EHLO [127.0.0.1]", b"AUTH PLAIN", b"QUIT"]),
    ],
)
def test_it_says_these_commands_and_no_other(server, protocol, commands):
    one = checked(server, manners.server(protocol, "starttls"), at(server, protocol, "starttls"))
    (signing_in,) = (line for line in one.conversation.lines if b" PLAIN " in line)
    assert b64decode(signing_in.split()[-1]) == PLAIN
    assert [line.rsplit(b" ", 1)[0] if line == signing_in else line for line in one.conversation.lines] == commands


@pytest.mark.parametrize(
    ("protocol", "script"),
    [
        ("imap", [say("* OK [CAPABILITY AUTH=PLAIN] hi"), hear(), say("+"), hear(), say("{tag} OK")]),
        ("imap", [say("* OK [CAPABILITY AUTH=PLAIN] hi"), hear(), say("* OK wait", "+ go"), hear(), say("K1 OK")]),
        ("smtp", [say("220 hi"), hear(), say("250-mail", "250 AUTH LOGIN"), hear(), say("334 VXNlcm5hbWU6"), hear(),
                  say("334 UGFzc3dvcmQ6"), hear(), say("235 in")]),
    ],
)  # fmt: skip
def test_a_server_that_wants_it_in_pieces_hears_it_in_pieces(server, protocol, script):
    answer = "K1 OK in" if protocol == "imap" else "235 in"
    steps = [tls("good"), *script[:-1], say(answer), hear(), CLOSE]
    one = checked(server, steps, at(server, protocol))
    assert one.verdict == "accepted"
    assert b64decode(one.conversation.lines[-2]) in (PLAIN, PASSWORD.encode())


@pytest.mark.parametrize("password", ['a"b\\c', "ends with \\", '"', "two  blanks ", "{5}", "%s*", "x" * 256])
def test_odd_passwords_by_login_are_quoted(server, password):
    steps = [tls("good"), say("* OK [CAPABILITY IMAP4rev1] hi"), hear(), say("{tag} OK in"), hear(), CLOSE]
    one = checked(server, steps, at(server), Login("mara", password))
    assert one.verdict == "accepted"
    assert _unquoted(one.conversation.lines[0]) == [b"mara", password.encode()]


def test_letters_beyond_ascii_by_login_are_literals(server):
    steps = [tls("good"), say("* OK [CAPABILITY X] hi"), hear(), say("+ go"), hear(), say("K1 OK in"), hear(), CLOSE]
    one = checked(server, steps, at(server), Login("mara", "Blümchen"))
    assert one.verdict == "accepted"
    assert one.conversation.lines[:2] == [b'K1 LOGIN "mara" {9}', "Blümchen".encode()]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_letters_beyond_ascii_are_utf_8_by_sasl(server, protocol):
    one = checked(server, manners.server(protocol, "implicit"), at(server, protocol), Login("mara", "Blümchen ✿"))
    (said,) = (line for line in one.conversation.lines if b"PLAIN" in line)
    assert b64decode(said.split()[-1]) == "\0mara\0Blümchen ✿".encode()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_token_is_said_as_a_token(server, protocol):
    one = checked(server, manners.server(protocol, "implicit"), at(server, protocol), TOKEN)
    (said,) = (line for line in one.conversation.lines if b"XOAUTH2" in line)
    assert one.verdict == "accepted" and b64decode(said.split()[-1]) == BEARER


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_token_that_is_refused_in_two_steps_is_refused(server, protocol):
    more, no = {
        "imap": ("+ eyJzdGF0dXMiOiI0MDAifQ==", "{tag}"),
        "pop3": ("+ eyJzdGF0dXMiOiI0MDAifQ==", "-ERR [AUTH] no"),
        "smtp": ("334 eyJzdGF0dXMiOiI0MDAifQ==", "535 5.7.8 no"),
    }[protocol]
    script = manners.server(protocol, "implicit", more)
    no = "K1 NO [AUTHENTICATIONFAILED] no" if protocol == "imap" else no
    script[-3:-3] = [hear(), say(no)]
    one = checked(server, script, at(server, protocol), TOKEN)
    assert one.code == "authentication_failed"


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_token_is_never_said_as_a_password(server, protocol):
    manner = {
        "imap": {"capabilities": "IMAP4rev1 AUTH=PLAIN"},
        "pop3": {"capa": ("+OK", "USER", "SASL PLAIN", ".")},
        "smtp": {"ehlo": ("250-mail", "250 AUTH PLAIN LOGIN")},
    }[protocol]
    one = checked(server, manners.server(protocol, "implicit", **manner), at(server, protocol), TOKEN)
    assert one.code == "not_offered" and b"token" not in b"".join(one.conversation.lines)


@pytest.mark.parametrize("protocol", ["pop3", "smtp"])
def test_what_is_too_long_for_one_line_is_said_in_two(server, protocol):
    login = Login("mara", "p" * 600)
    opening = {
        "pop3": [say("+OK hi"), hear(), say(*manners.CAPA)],
        "smtp": [say("220 hi"), hear(), say(*manners.EHLO)],
    }
    more = {"pop3": "+ ", "smtp": "334 "}
    steps = [tls("good"), *opening[protocol], hear(), say(more[protocol]), hear(), say(manners.OK[protocol])]
    one = checked(server, [*steps, hear(), CLOSE], at(server, protocol), login)
    assert one.verdict == "accepted" and b64decode(one.conversation.lines[-2]) == b"\0mara\0" + b"p" * 600


def test_an_old_pop3_server_that_knows_no_capabilities_hears_user_and_pass(server):
    steps = [say("+OK hi"), hear(), say("-ERR what"), hear(), say("+OK"), hear(), say("+OK in"), hear(), CLOSE]
    one = checked(server, [tls("good"), *steps], at(server, "pop3"))
    assert one.verdict == "accepted"
    assert one.conversation.lines[1:3] == [b"USER mara@movers.example", f"PASS {PASSWORD}".encode()]


def test_a_server_that_wants_no_passwords_here_hears_none(server):
    for protocol, manner in (
        ("imap", {"capabilities": "IMAP4rev1 LOGINDISABLED"}),
        ("pop3", {"capa": ("+OK", "UIDL", ".")}),
        ("smtp", {"ehlo": ("250 mail.test",)}),
    ):
        one = checked(server, manners.server(protocol, "none", **manner), at(server, protocol, "none"))
        assert one.code in {"privacy_required", "not_offered"}
        assert PASSWORD.encode() not in b"".join(one.conversation.lines)


def test_a_referral_is_not_followed(server):
    checked(server, manners.server("imap", "implicit", "{tag} NO [REFERRAL imap://x@127.0.0.1/] y"), at(server))
    assert server.has_heard_nobody()


def test_two_at_once_do_not_mix(server):
    server.play(manners.server("imap", "implicit"))

    async def both():
        logins = [Login("mara", "one-Tulip-1"), Login("nils", "two-Tulips-2")]
        return await asyncio.gather(*(check(at(server), login) for login in logins))

    assert [seen.verdict for seen in asyncio.run(both())] == ["accepted", "accepted"]
    said = {b64decode(server.heard().lines[0].split()[-1]) for _ in range(2)}
    assert said == {b"\0mara\0one-Tulip-1", b"\0nils\0two-Tulips-2"}


def _unquoted(line: bytes) -> list[bytes]:
    """The arguments of LOGIN as a server reads quoted strings (RFC 9051 §4.3)."""
    found, inside, signs = [], False, iter(line.removeprefix(b"K1 LOGIN ").decode())
    for sign in signs:
        if sign == '"':
            inside = not inside
            if inside:
                found.append("")
        elif inside:
            found[-1] += next(signs) if sign == "\\" else sign
    return [word.encode() for word in found]
