"""Mara, who calls, and the operators at the desk with their browsers."""

import pytest
from django.test import Client

from keyturn.operators.models import Operator
from keyturn.operators.roles import Role
from tests.console.staff import operator, sign_in
from tests.recovery.conftest import account, mara  # noqa: F401 -- fixtures


@pytest.fixture
def otto(in_movers) -> Operator:
    return operator(in_movers, "otto", Role.HELPDESK, "otto@movers.example")


@pytest.fixture
def olga(in_movers) -> Operator:
    return operator(in_movers, "olga", Role.HELPDESK, "olga@movers.example")


@pytest.fixture
def desk(otto) -> Client:
    """Otto's browser."""
    return sign_in(otto)
