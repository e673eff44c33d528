"""Trust before anything is said: a server that cannot be trusted hears neither credential nor message."""

import ssl

import pytest

from keyturn.outbox.transports import trust
from keyturn.outbox.transports.base import (
    Unreachable,
)
from tests.mailserver import MailServer
from tests.outbox.acts import OUTGOING, PASSWORD, signed_in

BAD = ["untrusted", "self_signed", "wrong_name", "expired"]


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_that_holds_is_enough_to_sign_in_and_send(trusted, tmp_path, tls):
    with MailServer(tmp_path / "mail", tls=tls, certificate=trusted.good()) as server:
        signed_in(server).send(OUTGOING)
        (mail,) = server.accepted()
        assert mail["signed_in"]


@pytest.mark.parametrize("certificate", BAD)
@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_that_does_not_hold_hears_neither_credential_nor_message(trusted, tmp_path, tls, certificate):
    with MailServer(tmp_path / "mail", tls=tls, certificate=getattr(trusted, certificate)()) as server:
        with pytest.raises(Unreachable, match=r"(?i)certificate"):
            signed_in(server).send(OUTGOING)
        assert _only_greetings(server.heard())


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_without_the_check_the_test_above_would_fail(trusted, tmp_path, tls, monkeypatch):
    """The negative control: a client that trusts everybody tells everything."""
    monkeypatch.setattr(trust, "context", ssl._create_unverified_context)
    with MailServer(tmp_path / "mail", tls=tls, certificate=trusted.self_signed()) as server:
        signed_in(server).send(OUTGOING)
        assert not _only_greetings(server.heard())


def test_starttls_that_was_taken_out_on_the_way_is_not_done_without(trusted, tmp_path):
    with MailServer(tmp_path / "mail", tls="starttls", certificate=trusted.good()) as server:
        server.become("starttls_stripped")
        with pytest.raises(Unreachable, match="STARTTLS"):
            signed_in(server).send(OUTGOING)
        assert _only_greetings(server.heard())


def test_an_old_protocol_is_not_spoken():
    assert trust.context().minimum_version >= ssl.TLSVersion.TLSv1_2
    assert trust.context().check_hostname and trust.context().verify_mode is ssl.CERT_REQUIRED


def test_credentials_that_are_turned_down_are_trouble_of_the_server_not_of_the_message(trusted, tmp_path):
    with MailServer(tmp_path / "mail", tls="implicit", certificate=trusted.good()) as server:
        server.become("auth_refused")
        with pytest.raises(Unreachable, match="535") as refused:
            signed_in(server).send(OUTGOING)
        assert PASSWORD not in refused.value.reply
        assert b"MAIL FROM" not in server.heard()


def _only_greetings(heard: bytes) -> bool:
    return all(line.split()[0] in {b"ehlo", b"STARTTLS", b"QUIT", b"quit"} for line in heard.splitlines())
