"""The worker removes what has served its time, in every tenant, and nothing else."""

from datetime import timedelta

import pytest
from django.db.models import F

from keyturn.cli import purge
from keyturn.directories.models import TemporaryPassword
from keyturn.outbox.models import Attempt, Message
from keyturn.tenants import scope
from tests.recovery.acts import recover
from tests.recovery.conftest import account, mara  # noqa: F401 -- Mara as recovery meets her


@pytest.fixture
def asked(mara, in_movers):  # noqa: F811
    """Mara asked for a temporary password; its message was sent."""
    recover(in_movers, method="temporary_password")
    Message.objects.update(state=Message.SENT, ended_at=F("created_at"), sealed=None, due_at=None)
    Attempt.objects.create(message=Message.objects.get(), at=Message.objects.get().created_at, outcome="accepted")


def days_pass(days: int) -> None:
    passed = timedelta(days=days)
    Message.objects.update(ended_at=F("ended_at") - passed)
    TemporaryPassword.objects.update(expires_at=F("expires_at") - passed)


def tidies_up() -> None:
    with scope.inside(None):
        assert purge.step() is False


@pytest.mark.parametrize(("days", "passwords", "messages"), [(29, 1, 1), (31, 0, 1), (89, 0, 1), (91, 0, 0)])
def test_what_has_served_its_time_goes(asked, days, passwords, messages):
    days_pass(days)
    tidies_up()
    assert TemporaryPassword.objects.count() == passwords
    assert (Message.objects.count(), Attempt.objects.count()) == (messages, messages)


def test_a_message_that_waits_stays(mara, in_movers):  # noqa: F811
    recover(in_movers, method="temporary_password")
    Message.objects.update(created_at=F("created_at") - timedelta(days=400))
    tidies_up()
    assert Message.objects.count() == 1
