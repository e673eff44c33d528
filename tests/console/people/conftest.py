"""People of Movers, and operators of each role before their browsers."""

import pytest
from django.test import Client

from keyturn.enrollment import on_record
from keyturn.enrollment.on_record import By
from keyturn.operators.roles import Role
from keyturn.outbox.models import CellProvider
from keyturn.people.changes import NewPerson, NewPhone
from keyturn.people.models import Person
from tests.console.staff import operator, sign_in


@pytest.fixture
def provider(in_movers) -> CellProvider:
    return CellProvider.objects.create(name="Example Wireless", sms_domain="sms.example.net")


@pytest.fixture
def mara(in_movers, provider, now) -> Person:
    new = NewPerson(
        "driver-7",
        "Mara Lind",
        email="mara@movers.example",
        other_addresses=("mara@home.example",),
        phones=(NewPhone("+1 415 555 0101"), NewPhone("415-555-0102", "office")),
    )
    person = on_record.create(new, By("owner", now))
    person.refresh_from_db()
    return person


@pytest.fixture
def otto(in_movers) -> Client:
    """The browser of an administrator."""
    return sign_in(operator(in_movers, role=Role.ADMINISTRATOR))


@pytest.fixture
def auditor(in_movers) -> Client:
    """The browser of somebody who looks on."""
    return sign_in(operator(in_movers, "vera", role=Role.AUDITOR))
