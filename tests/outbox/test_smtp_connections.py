"""One connection for many mails: kept, made anew after trouble, closed when idle, shared with nobody."""

from threading import Thread

import pytest

from keyturn.outbox.transports import smtp as module
from keyturn.outbox.transports.base import (
    Later,
    Refused,
)
from keyturn.outbox.transports.smtp import close_idle
from tests.mailserver import MailServer
from tests.outbox.acts import OUTGOING, smtp


def test_many_mails_go_through_one_connection(server):
    for _ in range(3):
        smtp(server).send(OUTGOING)
    assert (server.connections(), len(server.accepted())) == (1, 3)


def test_a_connection_is_not_used_after_trouble(server):
    smtp(server).send(OUTGOING)
    server.become("rcpt_5xx")
    with pytest.raises(Refused):
        smtp(server).send(OUTGOING)
    server.become("accept")
    smtp(server).send(OUTGOING)
    assert server.connections() == 2


def test_a_kept_connection_that_the_server_closed_is_made_anew(tmp_path):
    with MailServer(tmp_path / "mail") as server:
        transport = smtp(server)
        transport.send(OUTGOING)
        connection_kept = next(iter(_kept().values()))[0]
        connection_kept._smtp.sock.shutdown(2)  # what a server's idle timeout looks like from here
        transport.send(OUTGOING)
        assert len(server.accepted()) == 2


def test_a_kept_connection_that_became_too_busy_is_made_anew_once(server):
    smtp(server).send(OUTGOING)
    server.become("421")
    with pytest.raises(Later):
        smtp(server).send(OUTGOING)
    assert server.connections() == 2


def test_idle_connections_are_closed(server):
    smtp(server).send(OUTGOING)
    close_idle(older_than=60)
    assert len(_kept()) == 1
    close_idle(older_than=0)
    assert not _kept()


def test_another_password_is_another_connection(trusted, tmp_path):
    with MailServer(tmp_path / "mail", tls="implicit", certificate=trusted.good()) as server:
        smtp(server, username="one", password="1").send(OUTGOING)
        smtp(server, username="two", password="2").send(OUTGOING)
        assert server.connections() == 2


def test_every_thread_has_connections_of_its_own(server):
    def send():
        smtp(server).send(OUTGOING)
        close_idle(older_than=0)

    smtp(server).send(OUTGOING)
    thread = Thread(target=send)
    thread.start()
    thread.join()
    assert server.connections() == 2


def _kept():
    return module._connections()
