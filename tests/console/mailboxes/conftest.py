"""Mara of Movers with a mailbox, and Otto, who may do what he likes to it."""

import pytest

from keyturn.people import changes
from keyturn.people.changes import NewPerson
from tests.console.staff import operator, sign_in
from tests.monitoring import boxes


@pytest.fixture
def mara(in_movers, now):
    return changes.create(NewPerson("mara@movers.example", "Mara Lind", email="mara@movers.example"), now)


@pytest.fixture
def box(mara, now):
    return boxes.mailbox(mara, now)


@pytest.fixture
def otto(movers):
    return sign_in(operator(movers))
