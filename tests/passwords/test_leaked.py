"""The range service: five digits leave and nothing else, padding is dropped, and no answer accuses nobody."""

import hashlib
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import connection

from keyturn.passwords import judgement, leaked
from keyturn.passwords.models import LeakedRange

TEXT = "quiet lamp over the harbour"
DIGITS = hashlib.sha1(TEXT.encode()).hexdigest().upper()
PREFIX, ENDING = DIGITS[:5], DIGITS[5:]
OTHER = "0" * 35


class RangeService(ThreadingHTTPServer):
    """A real server on this machine that remembers every byte of what it was asked."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Asked)
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.status, self.answer = 200, f"{OTHER}:12\r\n{ENDING}:3\r\n".encode()


class _Asked(BaseHTTPRequestHandler):
    server: RangeService

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append((self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *_given) -> None:
        """Quiet."""


@pytest.fixture
def service(settings, monkeypatch) -> Iterator[RangeService]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = RangeService()
    settings.KEYTURN_LEAKED_RANGE_URL = f"http://127.0.0.1:{server.server_port}/range/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_five_digits_leave_and_nothing_else(db, service, now):
    assert not leaked.is_leaked(TEXT, now)
    assert leaked.step()
    ((path, headers, body),) = service.asked
    assert path == f"/range/{PREFIX}" and body == b""
    assert headers["Add-Padding"] == "true"
    everything = path + repr(headers)
    assert ENDING not in everything and ENDING[:6] not in everything and TEXT not in everything


def test_the_web_process_asks_nobody(db, service, now):
    leaked.is_leaked(TEXT, now)
    leaked.is_leaked(TEXT, now)
    assert service.asked == []
    assert LeakedRange.objects.get().prefix == PREFIX


def test_once_answered_it_is_known(db, service, now):
    leaked.is_leaked(TEXT, now)
    leaked.step()
    assert leaked.is_leaked(TEXT, now)
    assert not leaked.step()  # asked once for any number of questions


def test_padding_is_no_leak(db, service, now):
    service.answer = f"{OTHER}:5\r\n{ENDING}:0\r\n".encode()
    leaked.is_leaked(TEXT, now)
    leaked.step()
    assert not leaked.is_leaked(TEXT, now)
    assert bytes(LeakedRange.objects.get().endings) == OTHER.encode()


@pytest.mark.parametrize(
    ("status", "answer"),
    [(500, b"sorry"), (429, b""), (302, b""), (200, b"<html>" + b"x" * 1000), (200, b"\xff\x00:1\r\n"), (200, b"")],
)
def test_no_answer_accuses_nobody(db, service, now, status, answer):
    service.status, service.answer = status, answer
    leaked.is_leaked(TEXT, now)
    assert leaked.step()
    assert not leaked.is_leaked(TEXT, now)
    assert not leaked.step()


def test_too_large_an_answer_is_not_read_to_its_end(db, service, now, monkeypatch):
    monkeypatch.setattr(leaked, "_LARGEST_ANSWER", 10)
    leaked.is_leaked(TEXT, now)
    leaked.step()
    assert LeakedRange.objects.get().endings is None


def test_a_silent_service_accuses_nobody(db, settings, now):
    settings.KEYTURN_LEAKED_RANGE_URL = "http://127.0.0.1:9/range/"  # the discard port; nobody listens
    leaked.is_leaked(TEXT, now)
    assert leaked.step()
    assert not leaked.is_leaked(TEXT, now)


def test_ranges_are_forgotten_after_ten_minutes(db, service, now):
    leaked.is_leaked(TEXT, now)
    leaked.step()
    assert leaked.purge(now + timedelta(minutes=10)) == 0
    assert leaked.purge(now + timedelta(minutes=10, seconds=1)) == 1


@pytest.mark.mission("M4.5")
def test_a_leaked_password_is_refused_where_the_tenant_switched_it_on(in_movers, service, now):
    in_movers.leaked_password_service = True
    in_movers.save()
    assert judgement.for_person(TEXT, None).acceptable  # not known yet: the local list decides
    leaked.step()
    judged = judgement.for_person(TEXT, None)
    assert (judged.failures, judged.level.name) == (("leaked",), "POOR")


def test_where_the_tenant_did_not_nothing_is_even_written_down(in_movers, service):
    assert judgement.for_person(TEXT, None).acceptable
    assert not LeakedRange.objects.exists()


def test_no_question_is_written_for_what_cannot_be_a_password(in_movers, service):
    in_movers.leaked_password_service = True
    in_movers.save()
    for text in ("", "x" * 2**20):
        assert not judgement.for_person(text, None).acceptable
    assert not LeakedRange.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_saving_waits_for_the_answer(in_movers, service, monkeypatch):
    monkeypatch.setattr(leaked, "LONGEST_WAIT", 60)  # however slow the machine of the test is
    in_movers.leaked_password_service = True
    in_movers.save()
    done = threading.Event()

    def worker() -> None:
        while not done.wait(0.01):
            leaked.step()
        connection.close()

    thread = threading.Thread(target=worker)
    thread.start()
    try:
        assert judgement.for_person(TEXT, None, patience=60).failures == ("leaked",)
    finally:
        done.set()
        thread.join()


def test_no_secret_in_the_row(db, service, now):
    leaked.is_leaked(TEXT, now)
    (row,) = LeakedRange.objects.values()
    assert row["prefix"] == PREFIX and ENDING not in repr(row) and TEXT not in repr(row)
