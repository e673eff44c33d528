"""Mara as recovery meets her: on record with an email and a phone, and signing in with a password."""

import pytest

from keyturn.directories import accounts
from keyturn.directories.models import Account
from keyturn.outbox.models import CellProvider
from keyturn.people import changes
from keyturn.people.changes import NewPerson, NewPhone
from keyturn.people.models import Person
from tests.recovery.acts import MARAS_EMAIL, MARAS_PASSWORD, MARAS_PHONE, link_and_code, recover
from tests.recovery.desk import olga, otto  # noqa: F401 -- fixtures


@pytest.fixture
def mara(in_movers, now) -> Person:
    provider = CellProvider.objects.create(name="Example Wireless", sms_domain="sms.example.net")
    new = NewPerson(
        MARAS_EMAIL,
        "Mara Lind",
        email=MARAS_EMAIL,
        phones=(NewPhone(MARAS_PHONE, "sms"),),
        allow_mobile_password_reset=True,
        cell_provider_id=provider.id,
    )
    person = changes.create(new, now)
    accounts.set_first_password(accounts.open(person, person.identifier, now), MARAS_PASSWORD, now)
    return person


@pytest.fixture
def account(mara) -> Account:
    return accounts.of(mara)


@pytest.fixture
def sent(mara, account, in_movers) -> tuple[str, str]:
    """Mara has a link and a code."""
    recover(in_movers)
    return link_and_code()
