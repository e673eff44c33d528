"""Signing in with a password: who is let to the next step, and where failures are written."""

import pytest

from keyturn.audit.models import Event
from keyturn.limits import patience
from keyturn.operators import sign_in as door
from keyturn.operators.models import InstallationEvent, Operator
from keyturn.operators.sign_in import Credentials, Refused, Wait
from tests.operators.conftest import BROWSER, PASSWORD


def typed(username: str, password: str = PASSWORD, tenant=None, owners_too: bool = False) -> Credentials:
    return Credentials(username, password, BROWSER, tenant, owners_too)


def test_the_right_password_opens_a_session_at_the_operators_own_tenant(otto, in_movers, labs, now):
    assert door.sign_in(typed("otto", tenant=in_movers), now).session.operator == otto
    assert door.sign_in(typed("otto", tenant=labs), now) == Refused()


@pytest.mark.parametrize("password", ["wrong", "", "\0", "x" * 5000, "\ud800"])
def test_a_wrong_password_opens_nothing_and_is_written_down(otto, in_movers, now, password):
    assert door.sign_in(typed("otto", password, in_movers), now) == Refused()
    assert Event.objects.get().action == "operator_sign_in.refused"


def test_failures_at_the_installations_address_stand_in_its_book(olga, now):
    assert door.sign_in(typed("olga", "wrong", owners_too=True), now) == Refused()
    assert InstallationEvent.objects.get().action == "operator_sign_in.refused"


def test_an_owner_of_the_installation_is_nobody_at_a_tenants_address(olga, in_movers, now):
    assert door.sign_in(typed("olga", tenant=in_movers), now) == Refused()
    assert door.sign_in(typed("olga", owners_too=True), now).session.operator == olga


def test_who_was_switched_off_or_has_no_password_yet_is_refused(otto, in_movers, now):
    Operator.objects.filter(pk=otto.pk).update(is_active=False)
    assert door.sign_in(typed("otto", tenant=in_movers), now) == Refused()
    Operator.objects.filter(pk=otto.pk).update(is_active=True, password="")
    assert door.sign_in(typed("otto", "", tenant=in_movers), now) == Refused()


def test_guesses_cost_time_whether_there_is_such_a_name_or_not(otto, in_movers, now):
    for name in ("otto", "nobody"):
        outcomes = [door.sign_in(typed(name, "wrong", in_movers), now) for _ in range(patience.FREE + 2)]
        assert isinstance(outcomes[-1], Wait)
        assert outcomes.count(Refused()) == patience.FREE + 1
