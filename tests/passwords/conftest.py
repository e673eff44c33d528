"""Mara of Movers, with an account, an email and a number for text messages."""

import pytest

from keyturn.directories import accounts
from keyturn.directories.models import Account
from keyturn.outbox.models import CellProvider
from keyturn.people import changes
from keyturn.people.models import Person
from keyturn.people.wanted import NewPerson, NewPhone

ORIGINAL = "quiet lamp over the harbour"


@pytest.fixture
def mara(in_movers, now) -> Person:
    wireless = CellProvider.objects.create(name="Example Wireless", sms_domain="sms.example.net")
    everything = NewPerson(
        identifier="mara.lind",
        name="Mara Lindqvist",
        email="m.lindqvist@movers.example",
        other_addresses=("mara@home.example",),
        phones=(NewPhone("+1 415 555 0101"), NewPhone("+1 415 555 0102", "office")),
        cell_provider_id=wireless.pk,
    )
    return changes.create(everything, now)


@pytest.fixture
def account(mara, now) -> Account:
    opened = accounts.open(mara, mara.identifier, now)
    accounts.set_first_password(opened, ORIGINAL, now)
    return accounts.of(mara)
