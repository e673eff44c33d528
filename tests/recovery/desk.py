"""The helpdesk of these tests: Otto and Olga at the desk, their boss Anna, and what they do there."""

import pytest

from keyturn.lib import clock
from keyturn.operators.models import Operator
from keyturn.outbox.models import Message
from keyturn.people.models import Address, Person
from keyturn.recovery import caller_check
from keyturn.recovery.caller_check import Answer, Begun, Caller
from keyturn.recovery.desk import Wish
from tests.recovery.acts import values_of

WHY = "Caller forgot it, ticket 4711"
TOLD = "copper lantern over a meadow"


def operator(tenant, username: str, role: str = "helpdesk") -> Operator:
    return Operator.objects.create(tenant=tenant, username=username, email=f"{username}@movers.example", role=role)


@pytest.fixture
def otto(in_movers) -> Operator:
    return operator(in_movers, "otto")


@pytest.fixture
def olga(in_movers) -> Operator:
    return operator(in_movers, "olga")


def wish(person: Person, by: Operator, **more) -> Wish:
    """The reset that somebody at the desk wants; the settings of the tenant as they are now."""
    person.refresh_from_db()
    tenant = type(person.tenant).objects.get(pk=person.tenant_id)
    return Wish(person=person, operator=by, tenant=tenant, note=more.pop("note", WHY), **more)


def set_tenant(tenant, **settings) -> None:
    type(tenant).objects.filter(pk=tenant.pk).update(**settings)


def caller(person: Person, by: Operator) -> Caller:
    return Caller(person, by, person.tenant)


def sends_code(person: Person, by: Operator, kind: str = Address.EMAIL) -> Begun:
    address = Address.objects.filter(person=person, kind=kind).first()
    return caller_check.begin(caller(person, by), address.pk, clock.now())


def code_of(begun: Begun) -> str:
    return values_of(Message.objects.get(pk=begun.check.message_id))["CODE"]


def reads_out(person: Person, by: Operator, begun: Begun, code: str) -> object:
    return caller_check.answer(caller(person, by), Answer(begun.check.pk, code), clock.now())


def is_checked(person: Person, by: Operator) -> None:
    """The caller reads out the right code."""
    begun = sends_code(person, by)
    assert isinstance(reads_out(person, by, begun, code_of(begun)), caller_check.Passed)
