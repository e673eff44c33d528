"""A shorter interval holds for mailboxes that were checked under a longer one."""

from datetime import timedelta

import pytest

from keyturn.monitoring import rhythm
from keyturn.monitoring.models import Mailbox
from keyturn.tenants.models import Tenant
from tests.monitoring import boxes

HOUR = timedelta(hours=1)


@pytest.mark.mission("M1.2")
def test_where_the_interval_was_shortened_all_are_due_within_it_each_at_its_moment(mara, now):
    for n in range(9):
        boxes.mailbox(mara, now, name=f"Box {n}", due_at=now + 20 * HOUR)
    boxes.mailbox(mara, now, name="Troubled", state=Mailbox.TROUBLED, due_at=now + 2 * HOUR)
    boxes.mailbox(mara, now, name="Suspended", state=Mailbox.SUSPENDED, due_at=None)
    Tenant.objects.update(watch_minutes=1440)
    assert rhythm.step() is False
    Tenant.objects.update(watch_minutes=60)
    assert [rhythm.step(), rhythm.step()] == [True, False]
    dues = set(Mailbox.objects.filter(state=Mailbox.FINE).values_list("due_at", flat=True))
    assert len(dues) == 9 and max(dues) <= now + HOUR + timedelta(minutes=1)
    assert Mailbox.objects.get(name="Troubled").due_at == now + 2 * HOUR
    assert Mailbox.objects.get(name="Suspended").due_at is None
