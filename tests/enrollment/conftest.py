"""Mara as staff meet her: on record, with a login, and told of everything."""

from datetime import timedelta

import pytest

from keyturn.enrollment import on_record
from keyturn.enrollment.on_record import By
from keyturn.operators.models import Operator
from keyturn.operators.roles import Role
from keyturn.outbox.models import CellProvider
from keyturn.people.changes import NewPerson, NewPhone
from keyturn.people.models import Person

OTTO = "operator:7d4f1a60-0000-4000-8000-000000000000"


@pytest.fixture
def otto(movers) -> Operator:
    """Otto, who changes things."""
    pk = OTTO.partition(":")[2]
    return Operator.objects.create(pk=pk, tenant=movers, username="otto", role=Role.ADMINISTRATOR)


@pytest.fixture
def by(otto, now) -> By:
    """Otto's word for it, now."""
    return By(OTTO, now)


@pytest.fixture
def provider(in_movers) -> CellProvider:
    return CellProvider.objects.create(name="Example Wireless", sms_domain="sms.example.net")


@pytest.fixture
def mara(in_movers, provider, by) -> Person:
    new = NewPerson(
        "driver-7",
        "Mara Lind",
        email="mara@movers.example",
        other_addresses=("mara@home.example",),
        phones=(NewPhone("+1 415 555 0101"), NewPhone("415-555-0102", "office")),
        cell_provider_id=provider.id,
    )
    person = on_record.create(new, By(OTTO, by.now - timedelta(days=1)))
    person.refresh_from_db()
    return person
