"""The sending side, against a server that is not ours (aiosmtpd)."""

import asyncio

import pytest

from keyturn.monitoring.mailbox.check import check
from keyturn.monitoring.mailbox.place import Login, Place
from tests.mailserver import MailServer
from tests.monitoring.mailbox.acts import MARA

pytestmark = [pytest.mark.mission("M1.2", "M1.4"), pytest.mark.usefixtures("opened")]


def signed_in(server: MailServer, login: Login = MARA):
    return asyncio.run(check(Place("smtp", "127.0.0.1", server.port, server.tls), login))


@pytest.mark.parametrize("tls", ["implicit", "starttls", "none"])
def test_right_is_accepted_and_wrong_is_rejected(trusted, tmp_path, tls):
    with MailServer(tmp_path / "mail", tls=tls, certificate=trusted.good()) as server:
        assert signed_in(server).code == "signed_in"
        assert signed_in(server, Login("mara", "p" * 700)).code == "signed_in"
        server.become("auth_refused")
        assert signed_in(server).code == "authentication_failed"
        assert b"MAIL FROM" not in server.heard().upper()


def test_a_server_that_is_too_busy_accuses_nobody(trusted, tmp_path):
    with MailServer(tmp_path / "mail", tls="implicit", certificate=trusted.good()) as server:
        server.become("connect_4xx")
        assert signed_in(server).code == "unavailable"
        server.become("connect_5xx")
        assert signed_in(server).verdict == "unreachable"


def test_starttls_that_was_taken_out_is_not_done_without(trusted, tmp_path):
    with MailServer(tmp_path / "mail", tls="starttls", certificate=trusted.good()) as server:
        server.become("starttls_stripped")
        assert signed_in(server).code == "starttls_missing"
        assert b"AUTH" not in server.heard().upper()
