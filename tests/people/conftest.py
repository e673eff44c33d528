"""Mara and Nils, on record in Movers."""

import pytest

from keyturn.people import changes
from keyturn.people.changes import NewPerson, NewPhone

MARA = NewPerson(
    identifier="mara@movers.example",
    name="Mara Lind",
    email="mara@movers.example",
    other_addresses=("mara@home.example",),
    phones=(NewPhone("+1 415 555 0101"), NewPhone("415-555-0102", "office")),
)


@pytest.fixture
def mara(in_movers, now):
    return changes.create(MARA, now)


@pytest.fixture
def nils(in_movers, now):
    return changes.create(NewPerson(identifier="nils", name="Nils Holm", email="nils@movers.example"), now)
