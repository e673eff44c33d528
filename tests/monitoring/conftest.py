"""Mara and her mailbox."""

import pytest

from keyturn.monitoring.models import Mailbox
from keyturn.people import changes
from keyturn.people.changes import NewPerson
from keyturn.people.models import Person
from tests.monitoring import boxes


@pytest.fixture
def mara(in_movers, now) -> Person:
    return changes.create(NewPerson("mara@movers.example", "Mara Lind", email="mara@movers.example"), now)


@pytest.fixture
def box(mara, now) -> Mailbox:
    return boxes.mailbox(mara, now)
