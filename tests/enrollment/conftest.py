"""Mara as staff meet her: on record, with a login, and told of everything."""

from datetime import timedelta

import pytest

from keyturn.enrollment import on_record
from keyturn.enrollment.on_record import By
from keyturn.operators.models import Operator
from keyturn.operators.roles import Role
from keyturn.outbox.models import CellProvider
from keyturn.people.changes import NewPerson, NewPhone
from keyturn.people.models import Permission, Person, Profile, ProfilePermission
from keyturn.people.rights import holding
from keyturn.people.rights.core import CompanyException, Rights
from tests.enrollment.acts import OTTO, issue


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


@pytest.fixture
def open_to_all(in_movers):
    """Movers lets people sign up with a PIN, from every client."""
    in_movers.pin_sign_up = "all"
    in_movers.save(update_fields=["pin_sign_up"])
    return in_movers


class Catalogue:
    """Permissions and profiles of Movers, and a short way to give them."""

    def __init__(self, now):
        self.now = now
        kinds = {
            "dispatch": "plain",
            "report": "plain",
            "approve": "elevated",
            "reset": "helpdesk",
            "rule": "administration",
        }
        self.rows = {
            key: Permission.objects.create(key=key, label=key.title(), kind=kind) for key, kind in kinds.items()
        }
        self.driver = Profile.objects.create(key="driver", label="Driver")
        ProfilePermission.objects.create(profile=self.driver, permission=self.rows["dispatch"])

    def grants(self, person, permissions=(), profiles=(), companies=()):
        """Make these somebody's rights."""
        exceptions = frozenset(CompanyException(company, effect) for company, effect in companies)
        rights = Rights(frozenset(permissions), frozenset(profiles), exceptions)
        holding.give(person, rights, self.now, actor="owner")


@pytest.fixture
def catalogue(in_movers, now) -> Catalogue:
    return Catalogue(now)


@pytest.fixture
def elevated(catalogue, otto, mara):
    """Mara's PIN passes on something above the plain."""
    catalogue.grants(mara, {"approve"})
    return issue(mara)


@pytest.fixture
def olga(movers) -> Operator:
    return Operator.objects.create(tenant=movers, username="olga", role=Role.ADMINISTRATOR)
