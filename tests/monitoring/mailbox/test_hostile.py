"""Servers that break off, lie, ramble or hold on: nobody is accused, nothing grows, and it ends in time."""

import asyncio
import gc
import socket
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyturn.monitoring.core.verdict import Code, Verdict
from keyturn.monitoring.mailbox import names, wire
from keyturn.monitoring.mailbox.check import Seen, Stage, check
from keyturn.monitoring.mailbox.place import Login, Place
from keyturn.monitoring.mailbox.wire import Patience
from tests.monitoring.fakes import CLOSE, RESET, STALL, drip, flood, hear, manners, raw, say, tls
from tests.monitoring.mailbox.acts import BRUSQUE, LITTLE, MARA, PASSWORD, PROTOCOLS, at, checked, holds_password

pytestmark = pytest.mark.mission("M1.4")

WRONG = {"imap": "{tag} NO [AUTHENTICATIONFAILED] no", "pop3": "-ERR [AUTH] no", "smtp": "535 5.7.8 no"}
POINTS = [
    (protocol, how, point)
    for protocol in PROTOCOLS
    for how in ("implicit", "starttls")
    for point in range(len(manners.server(protocol, how)) - 3)
]
TLS = tls("good")
HI = say(f"* OK [CAPABILITY {manners.CAPABILITIES}] hi")
LIES = {
    "offers PLAIN and knows it not": ("imap", [TLS, HI, hear(), say("{tag} BAD unknown"), STALL]),
    "waits for more after everything was said": ("imap", [TLS, HI, hear(), say("+ more"), STALL]),
    "refuses before it heard": (
        "imap",
        [TLS, say("* OK [CAPABILITY AUTH=PLAIN] hi"), hear(), say("{tag} NO [AUTHENTICATIONFAILED] no"), STALL],
    ),
    "accepts before it heard": (
        "imap",
        [TLS, say("* OK [CAPABILITY AUTH=PLAIN] hi"), hear(), say("{tag} OK [CAPABILITY X] in"), STALL],
    ),
    "answers another command": ("imap", [TLS, HI, hear(), say("K7 NO [AUTHENTICATIONFAILED] no"), STALL]),
    "answers the command before": ("imap", [TLS, HI, hear(), say("K0 OK in"), STALL]),
    "answers a stranger's command": ("imap", [TLS, HI, hear(), say("a001 NO [AUTHENTICATIONFAILED] no"), STALL]),
    "says no to nobody": ("imap", [TLS, HI, hear(), say("* NO [AUTHENTICATIONFAILED] no"), CLOSE]),
    "says it is signed in already": ("imap", [TLS, say("* PREAUTH welcome"), STALL]),
    "says so later": ("imap", [TLS, HI, hear(), say("* PREAUTH welcome", "{tag} OK"), STALL]),
    "greets with a refusal": ("imap", [TLS, say("* NO [AUTHENTICATIONFAILED] no"), STALL]),
    "greets with an answer": ("imap", [TLS, say("K1 OK in"), STALL]),
    "greets in another protocol": ("imap", [TLS, say("220 mail.test ESMTP"), STALL]),
    "greets with nothing": ("imap", [TLS, say(""), STALL]),
    "announces a literal without end": (
        "imap",
        [TLS, HI, hear(), say("* LIST {4294967295}"), flood("x", 999), STALL],
    ),
    "puts an answer into a literal": ("imap", [TLS, HI, hear(), say("* X {9}", "{tag} NO [EXPIRED]"), STALL]),
    "knows no capability": ("imap", [TLS, say("* OK hi"), hear(), say("{tag} BAD what"), STALL]),
    "has none": ("imap", [TLS, say("* OK hi"), hear(), say("* CAPABILITY LOGINDISABLED", "{tag} OK"), STALL]),
    "knows no user": ("pop3", [TLS, say("+OK"), hear(), say("-ERR"), hear(), say("-ERR [AUTH] who"), STALL]),
    "offers what it has not": ("pop3", [TLS, say("+OK"), hear(), say(*manners.CAPA), hear(), say("+ more"), STALL]),
    "greets with no": ("pop3", [TLS, say("-ERR [AUTH] no"), STALL]),
    "lists without end": ("pop3", [TLS, say("+OK"), hear(), say("+OK"), flood("A\r\n", 5000), STALL]),
    "answers in no protocol": ("pop3", [TLS, say("+OK"), hear(), say(*manners.CAPA), hear(), say("NO"), STALL]),
    "refuses at once": ("smtp", [TLS, say("535 5.7.8 no"), STALL]),
    "refuses our name": ("smtp", [TLS, say("220"), hear(), say("535 5.7.8 no"), STALL]),
    "changes its number": (
        "smtp",
        [TLS, say("220"), hear(), say(*manners.EHLO), hear(), say("535-no", "235 in"), STALL],
    ),
    "refuses the name": (
        "smtp",
        [TLS, say("220"), hear(), say("250-a", "250 AUTH LOGIN"), hear(), say("334 x"), hear(), say("535 no"), STALL],
    ),
    "goes on and on": ("smtp", [TLS, say("220"), hear(), flood("250-A\r\n", 5000), STALL]),
    "has done something else": (
        "smtp",
        [TLS, say("220"), hear(), say(*manners.EHLO), hear(), say("250 sent"), STALL],
    ),
}
TOO_MUCH = {
    "a banner without end": [TLS, flood("* OK " + "x" * 60_000, 100), STALL],
    "banners without end": [TLS, HI, flood("* OK still here\r\n" * 1000, 100), STALL],
    "a line of a megabyte": [TLS, HI, hear(), say("{tag} NO " + "x" * 1_000_000), STALL],
    "capabilities without end": [
        TLS,
        say("* OK hi"),
        hear(),
        flood("* CAPABILITY " + "A " * 4000 + "\r\n", 999),
        STALL,
    ],
    "lines without end": [TLS, HI, hear(), flood("* 1 EXISTS\r\n" * 100, 1000), STALL],
    "no line at all": [TLS, flood("\0" * 10_000, 1000), STALL],
}


@pytest.mark.parametrize("end", [CLOSE, RESET, STALL], ids=str)
@pytest.mark.parametrize(("protocol", "how", "point"), POINTS)
def test_a_server_that_ends_at_any_point_accuses_nobody(server, protocol, how, point, end):
    script = [*manners.server(protocol, how, WRONG[protocol])[:point], end]
    one = checked(server, script, at(server, protocol, how), patience=LITTLE)
    assert one.verdict == "unreachable" and "signed_in" not in one.stages
    assert one.seen.verdict == "unreachable"


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_one_step_more_and_it_accuses(server, protocol):
    """The negative control of the test above: the very same script, ended after its answer."""
    script = manners.server(protocol, "starttls", WRONG[protocol])
    one = checked(server, [*script[:-3], CLOSE], at(server, protocol, "starttls"))
    assert one.verdict == "rejected"


@pytest.mark.parametrize("end", [CLOSE, RESET, STALL], ids=str)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_comes_after_the_answer_changes_nothing(server, protocol, end):
    for answer, verdict in ((manners.OK[protocol], "accepted"), (WRONG[protocol], "rejected")):
        script = manners.server(protocol, "implicit", answer)
        for steps in ([*script[:-3], end], [*script[:-2], flood("x" * 1000, 1000), end]):
            assert checked(server, steps, at(server, protocol), patience=BRUSQUE).verdict == verdict


@pytest.mark.parametrize("lie", LIES)
def test_lies_accuse_nobody_and_praise_nobody(server, lie):
    protocol, script = LIES[lie]
    one = checked(server, script, at(server, protocol), patience=BRUSQUE)
    assert one.verdict == "unreachable" and one.code != "timeout"


@pytest.mark.parametrize("answer", ["NO [AUTHENTICATIONFAILED] no", "OK in", "NO no", "BAD what"])
def test_a_literal_that_was_not_asked_for_was_not_heard(server, answer):
    script = [TLS, say("* OK [CAPABILITY X] hi"), hear(), say(f"{{tag}} {answer}"), STALL]
    one = checked(server, script, at(server), Login("mara", "Blümchen"))
    assert one.verdict == "unreachable" and b"mchen" not in b"".join(one.conversation.lines)


@pytest.mark.parametrize("flooding", TOO_MUCH)
def test_what_is_too_much_is_not_listened_to(server, flooding):
    one = checked(server, TOO_MUCH[flooding], at(server))
    assert (one.code, one.verdict) == ("too_much", "unreachable")


@pytest.mark.parametrize("how", ["starttls", "none"])
@pytest.mark.parametrize(("protocol", "line"), {"imap": "* OK hi", "pop3": "+OK", "smtp": "220-hi"}.items(), ids=str)
def test_nor_is_a_flood_before_tls(server, protocol, line, how):
    """Of lines, and of a line without end."""
    for text in (f"{line}\r\n" * 1000, line + "x" * 9000):
        one = checked(server, [flood(text, 300), STALL], at(server, protocol, how), patience=BRUSQUE)
        assert one.verdict == "unreachable" and not holds_password(one.conversation)


def test_floods_leave_memory_flat(server):
    one, peak = _peak(server, [TLS, flood("* OK " + "x" * 60_000, 1000), STALL])
    assert one.code == "too_much" and peak < 2_000_000
    assert one.conversation.said < 20_000_000  # what lay in the machine's buffers, of sixty


def test_without_the_limits_memory_would_grow(server, monkeypatch):
    """The negative control."""
    monkeypatch.setattr(wire, "LONGEST_LINE", 1 << 30)
    monkeypatch.setattr(wire, "MOST_BYTES", 1 << 30)
    one, peak = _peak(server, [TLS, flood("* OK " + "x" * 60_000, 200), CLOSE])
    assert one.code == "broken_off" and peak > 6_000_000


def test_many_checks_leave_nothing_behind(server):
    """Refused, broken off, timed out: neither memory nor connections stay."""
    scripts = [manners.imap("implicit", WRONG["imap"]), [TLS, HI, CLOSE], [TLS, raw(b"\xff\n"), STALL]]
    for script in scripts:
        checked(server, script, at(server), patience=LITTLE)
    before = _sockets()
    tracemalloc.start()
    for _ in range(10):
        for script in scripts:
            checked(server, script, at(server), patience=LITTLE)
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 1_000_000 and _sockets() == before


@pytest.mark.parametrize(
    "script",
    [
        [drip("* OK hello, slowly, slowly, slowly" * 9, 0.02), STALL],
        [TLS, drip("* OK hello, slowly, slowly, slowly" * 9, 0.02), STALL],
        [TLS, HI, hear(), drip("* OK one line after the other\r\n" * 9, 0.02), STALL],
    ],
    ids=["greeting in plain", "greeting", "answer"],
)
def test_slow_bytes_are_not_waited_for_one_by_one(server, script):
    how = "implicit" if script[0] == TLS else "none"
    one = checked(server, script, at(server, "imap", how), patience=LITTLE)
    assert (one.code, one.verdict) == ("timeout", "unreachable")


def test_a_server_that_never_hurries_is_left_when_all_the_time_is_over(server):
    """Each answer in its time, all of them too late."""
    slowly = [step for word in ("* OK hi", "K1 OK") for step in (drip(word, 0.02), say(""))]
    script = [tls("good"), slowly[0], slowly[1], hear(), slowly[2], slowly[3], STALL]
    one = checked(server, script, at(server), patience=Patience(total=0.15))
    assert one.code == "timeout"


@pytest.mark.usefixtures("opened")
def test_nothing_listens():
    pass_by = socket.create_server(("127.0.0.1", 0))
    port = pass_by.getsockname()[1]
    pass_by.close()
    assert _alone(Place("imap", "127.0.0.1", port, "implicit")).code == "closed"


def test_a_closed_place_sounds_the_same_whether_somebody_listens_there_or_not(server, settings):
    """Who may type a host does not learn what lies there."""
    server.play([STALL])
    assert _alone(at(server)).code == "timeout" and server.heard()
    settings.KEYTURN_EGRESS_ALLOW = []
    names.forget()
    with socket.create_server(("127.0.0.1", 0)) as pass_by:
        port = pass_by.getsockname()[1]
    quiet = Place("imap", "127.0.0.1", port, "implicit")
    assert _alone(at(server)) == _alone(quiet) == Seen(Code.NOWHERE, Stage.BEGUN)


def test_a_check_that_is_cancelled_hangs_up(server):
    server.play([TLS, HI, hear(), STALL])

    async def cancelled():
        task = asyncio.create_task(check(at(server), MARA))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert server.heard()  # which is told when the other side has hung up


@pytest.mark.parametrize("protocol", PROTOCOLS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_any_bytes_at_any_point_end_in_a_verdict_that_accuses_nobody(server, protocol, data):
    """Noise instead of a step. None of it holds the words that accuse."""
    script = manners.server(protocol, "none")
    point = data.draw(st.integers(0, len(script) - 4).filter(lambda one: script[one][0] == "say"))
    noise = data.draw(st.binary(max_size=60).filter(lambda one: b"OK" not in one.upper()))
    one = checked(server, [*script[:point], raw(noise), CLOSE], at(server, protocol, "none"), patience=LITTLE)
    assert one.verdict in (Verdict.UNREACHABLE, Verdict.UNCLEAR) and PASSWORD not in repr(one.seen)


def test_nothing_that_a_server_said_is_in_what_is_seen(server):
    one = checked(server, [TLS, say("* BYE [ALERT] mara lives here", "secret banner"), CLOSE], at(server))
    assert repr(one.seen) == repr(Seen(one.seen.code, one.seen.stage)) and "mara" not in repr(one.seen)
    assert not holds_password(one.conversation)


def _alone(place: Place) -> Seen:
    return asyncio.run(check(place, MARA, patience=LITTLE))


def _peak(server, script):
    tracemalloc.start()
    try:
        one = checked(server, script, at(server))
        return one, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _sockets() -> int:
    gc.collect()
    return sum(type(one) is socket.socket and one.fileno() >= 0 for one in gc.get_objects())
