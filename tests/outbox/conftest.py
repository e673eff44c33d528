"""People and letters that the outbox tests share."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from keyturn.outbox.models import CellProvider, Message
from keyturn.outbox.posting import Letter, post
from keyturn.outbox.transports.smtp import close_idle
from keyturn.people.models import Address, Person
from tests.mailserver import MailServer

LINK = "https://movers.example/r/" + "A" * 43


@pytest.fixture
def wireless(in_movers):
    """A carrier with an email-to-SMS gateway."""
    return CellProvider.objects.create(name="Example Wireless", sms_domain="sms.example.net")


@pytest.fixture
def mara(wireless, now):
    """Mara, who forgets, with a carrier."""
    return Person.objects.create(
        identifier="mara", identifier_key="mara", name="Mara Lind", created_at=now, cell_provider=wireless
    )


@pytest.fixture
def email(mara):
    """Where mail for Mara goes."""
    return Address.objects.create(
        person=mara,
        kind="email",
        raw="Mara@movers.example",
        key="Mara@movers.example",
        lowered="mara@movers.example",
        is_main=True,
    )


@pytest.fixture
def phone(mara):
    """Where text messages for Mara go."""
    number = "+14155550101"
    return Address.objects.create(person=mara, kind="phone", phone_type="sms", raw=number, key=number, lowered=number)


@pytest.fixture
def link_letter(email, now):
    """A mail with link and code."""
    return Letter("recovery_link", email, {"LINK": LINK, "CODE": "048213"}, now + timedelta(hours=1))


@pytest.fixture
def sms_letter(phone, now):
    """A text message with a temporary password."""
    return Letter("temporary_password", phone, {"PASSWORD": "Wx7mRt4pKq"}, now + timedelta(minutes=10))


@pytest.fixture
def posted(link_letter, mara, now):
    """The mail, queued."""
    return post(link_letter, person=mara, now=now)


@pytest.fixture(scope="session")
def running_server(tmp_path_factory):
    """One mail server in another process, for all tests that do not need their own."""
    with MailServer(tmp_path_factory.mktemp("mail")) as running:
        yield running


@pytest.fixture
def server(running_server, settings):
    """The installation's mail server, which takes everything until told otherwise."""
    running_server.forget()
    settings.KEYTURN_EMAIL_URL = running_server.url
    return running_server


@pytest.fixture(autouse=True)
def _hang_up():
    """Connections are kept by the thread, and the next test has another server."""
    yield
    close_idle(older_than=0)


@pytest.fixture
def overdue():
    """Makes every waiting message due again, as time would."""

    def age(by=timedelta(hours=1)):
        for message in Message.objects.exclude(due_at=None):
            message.due_at -= by
            message.save(update_fields=["due_at"])

    return age


def mails_text(mail: dict) -> str:
    """The text part of a mail that the server took."""
    parsed = message_from_bytes(mail["content"], policy=default)
    return parsed.get_body(("plain",)).get_content()
