"""The mail servers of a tenant and of the installation, in their order."""

import pytest

from keyturn.outbox import profiles
from keyturn.outbox.models import Attempt, Message
from keyturn.outbox.profiles import NewProfile
from tests.mailserver import MailServer
from tests.outbox.acts import deliver_all, row


@pytest.mark.mission("M0.18")
def test_the_next_profile_is_tried_when_one_fails(posted, server, now, tmp_path):
    with MailServer(tmp_path / "first") as first:
        _profile("first", first, now, position=1)
        _profile("second", server, now, position=2)
        first.become("rcpt_4xx")
        deliver_all()
    assert row(posted).state == Message.SENT
    tries = {one.profile: one.outcome for one in Attempt.objects.all()}
    assert tries == {"first": "later", "second": "accepted"}


@pytest.mark.mission("M0.18")
def test_the_tenants_own_profile_comes_before_the_installations(posted, server, now, tmp_path):
    with MailServer(tmp_path / "own") as own:
        _profile("own", own, now)
        deliver_all()
        assert len(own.accepted()) == 1
    assert not server.accepted()


@pytest.mark.parametrize("mode", ["connect_5xx", "mail_5xx", "starttls_stripped"])
def test_trouble_of_one_profile_is_not_the_messages(posted, server, now, tmp_path, mode):
    with MailServer(tmp_path / "first") as first:
        first.become(mode)
        _profile("first", first, now, position=1, tls="starttls" if mode == "starttls_stripped" else "none")
        _profile("second", server, now, position=2)
        deliver_all()
    assert row(posted).state == Message.SENT


def test_a_profile_that_is_not_there_is_passed_over(posted, server, now):
    profiles.save(NewProfile("gone", "127.0.0.1", 9, "none", from_address="a@movers.example"), now)
    _profile("second", server, now, position=2)
    deliver_all()
    assert row(posted).state == Message.SENT


def test_a_sender_whom_nobody_takes_ends_the_message(posted, server):
    server.become("mail_5xx")
    deliver_all()
    assert row(posted).state == Message.FAILED


def test_without_a_mail_server_messages_wait_and_say_so(posted, settings, server, overdue):
    settings.KEYTURN_EMAIL_URL = ""
    deliver_all()
    after = row(posted)
    assert (after.state, after.last_reply, after.attempts) == (Message.QUEUED, "no mail server is configured", 0)
    settings.KEYTURN_EMAIL_URL = server.url
    overdue()
    deliver_all()
    assert row(posted).state == Message.SENT


def _profile(name, server, now, *, position=0, tls="none"):
    profiles.save(
        NewProfile(name, "127.0.0.1", server.port, tls, from_address="dispatch@movers.example", position=position),
        now,
    )
