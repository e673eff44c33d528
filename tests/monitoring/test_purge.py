"""What has served its time goes: sightings after a month, troubles that ended a quarter ago, and no other row."""

from datetime import timedelta

import pytest

from keyturn.cli import purge as duty
from keyturn.monitoring import purge
from keyturn.monitoring.models import HostTrouble, Mailbox, Sighting

DAY = timedelta(days=1)


@pytest.mark.parametrize(("days", "sightings", "troubles"), [(29, 1, 2), (31, 0, 2), (91, 0, 1)])
def test_sightings_and_troubles_that_ended(box, now, days, sightings, troubles):
    Sighting.objects.create(mailbox=box, at=now, verdict="accepted", code="signed_in", milliseconds=9)
    HostTrouble.objects.create(host="mail.movers.example", began_at=now - 400 * DAY, failing=5)
    HostTrouble.objects.create(host="post.movers.example", began_at=now, failing=5, ended_at=now)
    purge.in_tenant(now + days * DAY)
    assert (Sighting.objects.count(), HostTrouble.objects.count()) == (sightings, troubles)
    assert Mailbox.objects.count() == 1


def test_a_duty_of_the_worker_does_it():
    assert purge.in_tenant in duty.IN_EVERY_TENANT
