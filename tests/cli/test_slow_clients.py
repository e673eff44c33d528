"""Clients that are slow, greedy, rude or gone, on real sockets before a real `keyturn serve`: nobody else notices."""

import contextlib
import json
from pathlib import Path

import httpx2
import pytest

from keyturn import portal
from tests import installation
from tests.cli import hurried
from tests.cli.rawclient import RawClient
from tests.journeys.world import world
from tests.patience import wait_for

CROWD = 40  # slow clients; a web process has eight threads
ASKING = "POST /api/v1/recoveries HTTP/1.1"
SIGNING_IN = "POST /sign-in HTTP/1.1"
SIGNING_IN_BY_API = "POST /api/v1/sessions HTTP/1.1"
FORGETTING = "POST /forgot HTTP/1.1"
JSON = "Content-Type: application/json"
LARGEST = 64 * 1024


@contextlib.contextmanager
def serving(folder, how):
    settings = {hurried.SWITCH: how, "KEYTURN_TRUSTED_PROXIES": "127.0.0.1", "KEYTURN_SOURCE_LIMIT_FACTOR": "1"}
    with installation.running(folder, world(), workers=0, program="tests.cli.hurried", settings=settings) as keyturn:
        yield keyturn


@pytest.fixture(scope="module")
def keyturn(tmp_path_factory):
    """As it is, but for its patience."""
    with serving(tmp_path_factory.mktemp("hurried"), hurried.HURRIED) as running:
        yield running


@contextlib.contextmanager
def crowd(keyturn, line=ASKING):
    """Many who announce a body and send a byte of it now and then."""
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(RawClient(keyturn.port)) for _ in range(CROWD)]
        for client in clients:
            client.begin(line, JSON, "Content-Length: 16000")
        yield clients


def drip(clients):
    for client in clients:
        client.send(b"x")


def look(app):
    return app.get("/sign-in").status_code


def asked(keyturn):
    return len(keyturn.rows("SELECT 1 FROM recovery_intake"))


def test_slow_bodies_take_no_thread_from_others(keyturn):
    with crowd(keyturn) as clients, keyturn.client() as app:
        for _ in range(50):
            drip(clients)
            assert look(app) == 200
        assert not any(client.hears() for client in clients)  # they were there all the time


def test_threads_that_read_bodies_are_all_taken(tmp_path):
    """The control: as it was under granian's WSGI, nobody is answered any more."""
    with serving(tmp_path, hurried.BY_THREADS) as keyturn, crowd(keyturn) as clients:
        drip(clients)
        with pytest.raises(httpx2.ReadTimeout), keyturn.client() as app:
            app.timeout = 3
            for _ in range(20):  # the first may be faster than the eighth of the slow ones
                look(app)


def test_slow_bodies_end_at_the_deadline(keyturn):
    with crowd(keyturn, SIGNING_IN_BY_API) as clients:
        wait_for(lambda: drip(clients) or all(client.hears() for client in clients), "the deadline")
        for client in clients:
            status, problem = client.answer()
            assert (status, json.loads(problem)["reason"]) == (408, "too_slow")
            assert client.is_ended()


def test_without_a_deadline_they_do_not_end(keyturn):
    """The control: with patience the same look finds nobody, though it lasts four times as long as the deadline."""
    with crowd(keyturn) as clients:
        assert not any(client.hears(seconds=0.1) for client in clients)


def test_a_page_says_so_in_words(keyturn):
    with RawClient(keyturn.port) as client:
        client.begin(SIGNING_IN, "Content-Length: 100")
        status, page = client.answer()
        assert (status, b"did not arrive in time" in page) == (408, True)


def test_a_head_that_does_not_come_ends_the_connection(keyturn):
    """One that says nothing, one that begins, one that hopes for HTTP/2, one that is silent after an answer."""
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(RawClient(keyturn.port)) for _ in range(4)]
        clients[1].send(b"GET /sign-in HTTP/1.1\r\nHost: x\r\n")
        clients[2].send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        clients[3].begin("GET /healthz HTTP/1.1")
        assert clients[3].answer("GET")[0] == 200
        assert all(client.is_ended() for client in clients)


def test_too_large_a_body_is_refused_before_it_is_read(keyturn):
    with RawClient(keyturn.port) as client:
        client.begin(FORGETTING, f"Content-Length: {LARGEST + 1}", "Expect: 100-continue")
        assert client.first_line().startswith(b"HTTP/1.1 413 ")
    with RawClient(keyturn.port) as client:
        client.begin(ASKING, JSON, f"Content-Length: {10**18}")
        status, problem = client.answer()
        assert (status, json.loads(problem)["reason"]) == (413, "too_large")
        assert client.is_ended()


def test_too_large_a_body_without_a_length_is_refused_when_it_is_too_large(keyturn):
    with RawClient(keyturn.port) as client:
        client.begin(FORGETTING, "Transfer-Encoding: chunked")
        client.send(chunk(b"x" * LARGEST))
        assert not client.hears()
        client.send(chunk(b"x"))
        status, page = client.answer()
        assert (status, b"larger than any form" in page) == (413, True)


def test_the_largest_body_is_taken(keyturn):
    with RawClient(keyturn.port) as client:
        client.begin(FORGETTING, f"Content-Length: {LARGEST}")
        client.send(b"x" * LARGEST)
        assert client.answer()[0] == 403  # it was read, and had no token


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("X_Forwarded_For", "198.51.100.11"),
        ("X-Forwarded_For", "198.51.100.12"),
        ("x_forwarded-for", "198.51.100.13"),
    ],
)
def test_a_header_with_an_underscore_is_nobodys(keyturn, name, own):
    assert asks_from_everywhere(keyturn, name, own) == {202, 429}


def test_a_proxys_header_is_believed(keyturn):
    """At another organization, whose limit those before have not used up."""
    assert asks_from_everywhere(keyturn, "X-Forwarded-For", own="198.51.100.1", host="labs.localhost") == {202}


def test_without_the_filter_an_underscore_passes_the_limit_by_source(tmp_path):
    """The control."""
    with serving(tmp_path, hurried.SMUGGLING) as keyturn:
        assert asks_from_everywhere(keyturn, "X_Forwarded_For", own="198.51.100.1") == {202}


def asks_from_everywhere(keyturn, name, own, host="127.0.0.1"):
    """The statuses of more asks than one source may have, each with another address in the header."""
    with keyturn.client(host) as app:
        every = [
            app.post(
                "/api/v1/recoveries",
                json={"email": f"nobody-{number}@movers.example"},
                headers=[("X-Forwarded-For", own), (name, f"203.0.113.{number}")],
            )
            for number in range(1, 32)
        ]
    return {answer.status_code for answer in every}


def chunk(content):
    return b"%x\r\n%b\r\n" % (len(content), content)


def test_a_body_in_chunks_is_read(keyturn):
    before = asked(keyturn)
    with RawClient(keyturn.port) as client:
        client.begin(ASKING, JSON, "Transfer-Encoding: chunked", "X-Forwarded-For: 198.51.100.2")
        for piece in (b'{"email": "chu', b'nks@movers.example"}', b""):
            client.send(chunk(piece))
        assert client.answer()[0] == 202
    assert asked(keyturn) == before + 1


@pytest.mark.parametrize("length", ["Content-Length: 100", "Transfer-Encoding: chunked"])
def test_a_body_that_breaks_off_does_nothing(keyturn, length):
    """Even where what has come would be a whole form."""
    before = asked(keyturn)
    with RawClient(keyturn.port) as client:
        client.begin(ASKING, JSON, length, "X-Forwarded-For: 198.51.100.3")
        content = b'{"email": "cut@movers.example"}'
        client.send(chunk(content) if "chunked" in length else content)
        client.end_sending()
        assert client.answer() == (400, b"")
    assert asked(keyturn) == before


def test_clients_that_vanish_take_no_thread_with_them(keyturn):
    for way in (RawClient.vanish, RawClient.__exit__):
        with crowd(keyturn) as clients:
            drip(clients)
            for client in clients:
                way(client)
    with keyturn.client() as app:
        assert {look(app) for _ in range(10)} == {200}
    assert b'"path": "/api/v1/recoveries", "status": 400' not in keyturn.output()  # no view was asked for them


def test_two_requests_on_one_connection(keyturn):
    claim = b'{"email": "twice@movers.example"}'
    before = asked(keyturn)
    with RawClient(keyturn.port) as client:
        for _ in range(2):
            client.begin(ASKING, JSON, f"Content-Length: {len(claim)}", "X-Forwarded-For: 198.51.100.4")
            client.send(claim)
            assert client.answer()[0] == 202
        client.begin("GET /static/keyturn/portal.css HTTP/1.1")
        assert client.answer("GET")[0] == 200
        client.begin("HEAD /sign-in HTTP/1.1")
        assert client.answer("HEAD") == (200, b"")
        client.begin("GET /healthz HTTP/1.1")
        assert client.answer("GET")[0] == 200
    assert asked(keyturn) == before + 2


def test_who_waits_for_100_continue_is_told_to(keyturn):
    with RawClient(keyturn.port) as client:
        client.begin(ASKING, JSON, "Content-Length: 2", "Expect: 100-continue")
        assert client.first_line() == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.send(b"{}")
        assert client.answer()[0] == 422


def test_http_1_0_is_answered_and_ends(keyturn):
    with RawClient(keyturn.port) as client:
        client.begin("GET /sign-in HTTP/1.0")
        status, page = client.answer("GET")
        assert (status, page.rstrip().endswith(b"</html>")) == (200, True)
        assert client.is_ended()


def test_a_file_comes_whole(keyturn):
    css = Path(portal.__file__).parent / "static/keyturn/portal.css"
    with keyturn.client() as app:
        assert app.get("/static/keyturn/portal.css").content == css.read_bytes()
