"""Mara and her account in the built-in directory of Movers."""

import pytest

from keyturn.directories import accounts
from keyturn.directories.models import Account
from keyturn.people import changes
from keyturn.people.models import Person
from keyturn.people.wanted import NewPerson

ORIGINAL = "quiet lamp over the harbour"


@pytest.fixture
def mara(in_movers, now) -> Person:
    return changes.create(NewPerson(identifier="mara", name="Mara Lind", email="mara@movers.example"), now)


@pytest.fixture
def account(mara, now) -> Account:
    """Mara's account, with the original password."""
    opened = accounts.open(mara, mara.identifier, now)
    accounts.set_first_password(opened, ORIGINAL, now)
    return opened
