"""The duty that removes what has served its time, room by room. Settings say how long it is kept."""

from collections.abc import Callable
from datetime import datetime

from keyturn.access import purge as access
from keyturn.audit import purge as audit
from keyturn.directories import purge as directories
from keyturn.enrollment import mailing, unfinished
from keyturn.lib import clock
from keyturn.limits import counters
from keyturn.monitoring import purge as monitoring
from keyturn.operators import purge as operators
from keyturn.outbox import purge as outbox
from keyturn.outbox import trials
from keyturn.passwords import leaked
from keyturn.people import addressing, imports
from keyturn.people.rights import permission_edits
from keyturn.recovery import preview
from keyturn.recovery import purge as recovery
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

Purge = Callable[[datetime], object]

OF_NO_TENANT: tuple[Purge, ...] = (
    counters.purge,
    access.failures,
    leaked.purge,
    recovery.intakes,
    operators.everywhere,
)
IN_EVERY_TENANT: tuple[Purge, ...] = (
    recovery.in_tenant,  # before temporary passwords go, from which it learns what was completed
    directories.in_tenant,
    access.in_tenant,
    outbox.in_tenant,
    trials.purge,
    preview.purge,
    audit.in_tenant,
    addressing.purge,
    permission_edits.purge,
    imports.purge,
    mailing.purge,
    unfinished.purge,
    monitoring.in_tenant,
)


def step() -> bool:
    """Remove what is old; there is never more to do at once."""
    now = clock.now()
    for purge in OF_NO_TENANT:
        purge(now)
    for tenant_id in Tenant.objects.values_list("id", flat=True):
        with scope.inside(tenant_id):
            for purge in IN_EVERY_TENANT:
                purge(now)
    return False
