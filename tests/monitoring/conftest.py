"""Mara and her mailbox."""

import pytest

from keyturn.monitoring.models import Mailbox
from keyturn.people import changes
from keyturn.people.changes import NewPerson
from keyturn.people.models import Person
from tests.monitoring import boxes, mends


@pytest.fixture
def mara(in_movers, now) -> Person:
    return changes.create(NewPerson("mara@movers.example", "Mara Lind", email="mara@movers.example"), now)


@pytest.fixture
def box(mara, now) -> Mailbox:
    return boxes.mailbox(mara, now)


@pytest.fixture
def broken(mara, now) -> Mailbox:
    """Mara's mailbox after its password was changed elsewhere: suspended."""
    return mends.suspended(mara, now)


@pytest.fixture
def mail_server():
    """The mail server of every mailbox: takes every password, unless a test says otherwise."""
    with mends.standing_for(mends.Server()) as server:
        yield server
