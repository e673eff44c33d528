"""Vera, who may hand out PINs; Otto, an administrator who gives them; Olga, whom he asks; Hugo at the helpdesk."""

import pytest
from django.test import Client

from keyturn.operators.models import Operator
from keyturn.operators.roles import Role
from tests.console.staff import operator, sign_in
from tests.people.rights.conftest import catalogue_of_movers, vera  # noqa: F401 -- fixtures


@pytest.fixture
def administrator(in_movers) -> Operator:
    return operator(in_movers, "otto", Role.ADMINISTRATOR, "otto@movers.example")


@pytest.fixture
def otto(administrator) -> Client:
    return sign_in(administrator)


@pytest.fixture
def olga(in_movers) -> Client:
    return sign_in(operator(in_movers, "olga", Role.ADMINISTRATOR, "olga@movers.example"))


@pytest.fixture
def hugo(in_movers) -> Client:
    return sign_in(operator(in_movers, "hugo", Role.HELPDESK, "hugo@movers.example"))
