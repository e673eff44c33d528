"""Otto, who helps people at Movers, and Olga, an owner of the installation; both signed in with a password."""

import pytest

from keyturn.lib import hashing
from keyturn.operators import sessions
from keyturn.operators.factors.webauthn import Site
from keyturn.operators.models import Operator, OperatorSession
from keyturn.operators.roles import Role
from keyturn.operators.sessions import Browser, Standing

PASSWORD = "violet tractor beside a lake"
BROWSER = Browser("192.0.2.7", "Firefox")
SITE = Site("https://movers.example", "Movers")


@pytest.fixture
def otto(movers) -> Operator:
    return Operator.objects.create(
        tenant=movers, username="otto", email="otto@movers.example", role=Role.HELPDESK, password=_hash()
    )


@pytest.fixture
def olga(db) -> Operator:
    return Operator.objects.create(username="olga", email="olga@keyturn.example", password=_hash())


@pytest.fixture
def at_the_door(otto, now) -> OperatorSession:
    """Otto's password was right; the second factor is asked for."""
    return sessions.begin(otto, BROWSER, now, Standing(awaiting="second_factor")).session


@pytest.fixture
def inside(otto, now) -> OperatorSession:
    """Otto, signed in."""
    return sessions.begin(otto, BROWSER, now).session


def _hash() -> str:
    return hashing.hash_password(PASSWORD)
