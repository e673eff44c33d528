"""Otto's browser, signed in to the console of Movers, and Mara on record."""

import pytest
from django.test import Client

from keyturn.operators.roles import Role
from tests.console.staff import operator, sign_in
from tests.recovery.conftest import account, mara  # noqa: F401 -- fixtures


@pytest.fixture
def otto(in_movers) -> Client:
    """An administrator."""
    return sign_in(operator(in_movers, "otto", Role.ADMINISTRATOR))


@pytest.fixture
def auditor(in_movers) -> Client:
    """Sees everything, changes nothing."""
    return sign_in(operator(in_movers, "ada", Role.AUDITOR))


@pytest.fixture
def stranger(labs) -> Client:
    """An owner of another tenant."""
    return sign_in(operator(labs, "lena", Role.OWNER))
