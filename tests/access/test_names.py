"""One statement says whose name it is, by the same rules as the rooms it asks, and within one tenant."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keyturn.access import names
from keyturn.directories.models import Account
from keyturn.lib import addresses
from keyturn.people import queries
from keyturn.people.changes import NewPerson
from keyturn.tenants import scope
from tests.access.people import account_of


@pytest.mark.parametrize("typed", ["mara@movers.example", "MARA@movers.example", "nobody@movers.example"])
def test_an_address_finds_whom_people_find(mara, typed):
    email = addresses.parse(typed)
    found, person = names.holder(email.lowered, email), queries.by_email(email)
    assert (found.account.person_id if found else None) == (person.pk if person else None)


def test_a_login_comes_before_an_address(mara, now):
    owner = account_of(NewPerson(identifier="m", name="M", email="m@movers.example"), now)
    Account.objects.filter(pk=owner.pk).update(login_key="mara@movers.example")  # refused on the way in
    email = addresses.parse("mara@movers.example")
    assert names.holder(email.lowered, email).account == owner


def test_everything_is_known_after_one_statement(mara, nils):
    with CaptureQueriesContext(connection) as captured:
        found = names.holder("mara", None)
    assert len(captured) == 1
    assert (found.account, found.is_active, found.main_email) == (mara, True, "mara@movers.example")
    assert not found.has_temporary
    assert not names.holder("nils", None).is_active


def test_another_tenants_name_is_nobodys(mara, labs):
    email = addresses.parse("mara@movers.example")
    with scope.inside(labs.id):
        assert names.holder("mara", None) is None
        assert names.holder(email.lowered, email) is None
    assert names.holder("mara", None) is not None  # the control
