"""Mailboxes follow their tenant's interval: where it was shortened, those that would wait too long are due sooner.

Each gets a moment of its own within the new interval, so that they do not all come at once.
"""

import random
from datetime import datetime, timedelta

from keyturn.lib import clock, rows
from keyturn.monitoring.models import Mailbox
from keyturn.tenants import finding, scope
from keyturn.tenants.models import Tenant

AT_ONCE = 1000
_LITTLE = timedelta(minutes=1)


def step() -> bool:
    """Some of every tenant; True when there may be more."""
    now = clock.now()
    active = Tenant.objects.filter(status=Tenant.ACTIVE).values_list("pk", flat=True)
    return any([_in_tenant(tenant_id, now) for tenant_id in active])


def _in_tenant(tenant_id: object, now: datetime) -> bool:
    with scope.inside(tenant_id):
        every = timedelta(minutes=finding.by_id(tenant_id).watch_minutes)
        late = Mailbox.objects.filter(state=Mailbox.FINE, due_at__gt=now + every + _LITTLE)
        found = late.values_list("pk", flat=True)[:AT_ONCE]
        sooner = {pk: {"due_at": now + every * random.random()} for pk in found}  # noqa: S311 -- no secret
        rows.update_many(Mailbox, {"state": Mailbox.FINE}, sooner)
        return bool(sooner)
