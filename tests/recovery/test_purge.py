"""What has served its time is removed, and what nobody came back to is closed."""

from datetime import timedelta

import pytest
from django.db.models import F

from keyturn.directories import pending
from keyturn.directories.models import TemporaryPassword
from keyturn.lib import clock
from keyturn.recovery import purge
from keyturn.recovery.models import Intake, Recovery, Ticket
from tests.recovery import acts
from tests.recovery.acts import recover


def age(days: float) -> None:
    """So many days pass."""
    passed = timedelta(days=days)
    Intake.objects.update(resolved_at=F("resolved_at") - passed)
    Ticket.objects.update(expires_at=F("expires_at") - passed, ended_at=F("ended_at") - passed)
    Recovery.objects.update(created_at=F("created_at") - passed, ended_at=F("ended_at") - passed)


def tidies_up() -> None:
    now = clock.now()
    purge.intakes(now)
    purge.in_tenant(now)


@pytest.fixture
def used(mara, in_movers):
    recover(in_movers)
    acts.redeems(*acts.link_and_code())


@pytest.mark.parametrize(
    "days, left",
    [(6, (1, 1, 1)), (8, (0, 1, 1)), (31, (0, 0, 1)), (364, (0, 0, 1)), (366, (0, 0, 0))],
)
def test_intakes_then_tickets_then_the_log(used, days, left):
    age(days)
    tidies_up()
    assert (Intake.objects.count(), Ticket.objects.count(), Recovery.objects.count()) == left


@pytest.mark.parametrize("days, left", [(89, 1), (91, 0)])
def test_refusals_go_sooner(mara, in_movers, days, left):
    recover(in_movers, email="nobody@movers.example")
    age(days)
    tidies_up()
    assert Recovery.objects.count() == left


def test_an_intake_that_waits_stays(mara, in_movers):
    acts.ask(in_movers, acts.Claim(email=acts.MARAS_EMAIL))
    Intake.objects.update(created_at=clock.now() - timedelta(days=400))
    tidies_up()
    assert Intake.objects.count() == 1


@pytest.mark.parametrize("days, state", [(0.9, Recovery.OPEN), (1.1, Recovery.FAILED)])
def test_what_nobody_came_back_to_is_closed(mara, in_movers, days, state):
    recover(in_movers)
    age(days)
    tidies_up()
    assert Recovery.objects.get().state == state


def test_a_temporary_password_that_was_replaced_completes_its_recovery(mara, account, in_movers):
    recover(in_movers, method="temporary_password")
    row = TemporaryPassword.objects.get()
    TemporaryPassword.objects.update(state=TemporaryPassword.USED)
    pending.all_replaced(row.account, clock.now())
    tidies_up()
    assert Recovery.objects.get().state == Recovery.COMPLETED
