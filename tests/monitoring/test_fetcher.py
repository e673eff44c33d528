"""The example of the docs as an organization runs it: over HTTP, then at a real Dovecot with the password it took."""

import imaplib
import ssl

import pytest

from keyturn.monitoring import handing
from keyturn.operators import api_keys
from keyturn.operators.api_keys import READ_MAILBOX_SECRETS, READ_MAILBOXES, NewKey
from keyturn.tenants.models import Tenant
from tests import dovecot
from tests.monitoring import boxes
from tests.monitoring.boxes import SECRET, example

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.mission("M1.15")]


@pytest.fixture(scope="module")
def running(authority):
    """One Dovecot for both tests."""
    with dovecot.serving(authority.good(), {"mara": SECRET}) as server:
        yield server


@pytest.fixture
def server(running):
    running.set_password("mara", SECRET)
    return running


@pytest.fixture
def trusting(authority) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(authority.bundle))


@pytest.fixture
def software(in_movers, now, live_server, monkeypatch):
    """The example, configured; while it waits for the worker, the worker takes a step."""
    module = example()
    private, public = module.make_key()
    Tenant.objects.update(hand_on_key=public)
    key = api_keys.issue(NewKey("Mail fetcher", (READ_MAILBOXES, READ_MAILBOX_SECRETS)), now, actor="operator:otto")
    monkeypatch.setenv("KEYTURN_URL", live_server.url.replace("localhost", "127.0.0.1"))
    monkeypatch.setenv("KEYTURN_API_KEY", key.text)
    monkeypatch.setenv("KEYTURN_PRIVATE_KEY", private)
    monkeypatch.setattr(module.time, "sleep", lambda _seconds: handing.step())
    return module


def deliver(server, trusting, subject: str) -> None:
    with imaplib.IMAP4_SSL("127.0.0.1", server.imaps, ssl_context=trusting) as box:
        box.login("mara", SECRET)
        box.append("INBOX", None, None, f"Subject: {subject}\r\n\r\nHello".encode())


def test_it_takes_the_password_over_and_fetches_a_message(mara, now, software, server, trusting):
    deliver(server, trusting, "Sofa at noon")
    box = boxes.mailbox(mara, now, host="127.0.0.1", port=server.imaps)
    (told,) = software.ask("/mailboxes")["mailboxes"]
    assert (told["id"], told["state"]) == (str(box.pk), "fine")
    login = software.take_over(told["id"])
    assert software.newest_subject(login, trusting) == "Sofa at noon"


def test_a_password_that_dovecot_does_not_take_fetches_nothing(mara, now, software, server, trusting):
    box = boxes.mailbox(mara, now, host="127.0.0.1", port=server.imaps)
    login = software.take_over(str(box.pk))
    server.set_password("mara", "changed elsewhere")
    with pytest.raises(imaplib.IMAP4.error):
        software.newest_subject(login, trusting)
