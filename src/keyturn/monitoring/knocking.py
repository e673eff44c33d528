"""A host that is held is asked again by one of its mailboxes, so that it is released soon after it answers (M1.4).

While a host is in trouble its mailboxes are tried less and less often, up to hours apart. One of them knocks every
ten minutes, each time another; once one was let in, all the others are due.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from keyturn.lib import clock
from keyturn.monitoring import hosts
from keyturn.monitoring.core import rules
from keyturn.monitoring.models import HostTrouble, Mailbox
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

BETWEEN = rules.APART


def step() -> bool:
    """Attend to every host that is held; there is never more to do at once."""
    now = clock.now()
    for tenant_id in Tenant.objects.filter(status=Tenant.ACTIVE).values_list("pk", flat=True):
        with scope.inside(tenant_id):
            for trouble in hosts.in_trouble().select_related("knocking"):
                _attend(trouble, now)
    return False


@transaction.atomic
def _attend(trouble: HostTrouble, now: datetime) -> None:
    """Release it, let everybody in, or knock. It may be free without a check: its mailboxes were taken off record."""
    hosts.judge({trouble.host}, now)
    if _is_let_in(trouble):
        _hasten(trouble, now)
    elif now - (trouble.knocked_at or trouble.began_at) >= BETWEEN:
        _knock(trouble, now)


def _is_let_in(trouble: HostTrouble) -> bool:
    one = trouble.knocking
    return one is not None and one.accepted_at is not None and one.accepted_at >= trouble.knocked_at


def _hasten(trouble: HostTrouble, now: datetime) -> None:
    if _seize(trouble, knocking=None, knocked_at=now):
        _resting(trouble.host, now).update(due_at=now)


def _knock(trouble: HostTrouble, now: datetime) -> None:
    """The one that was not tried for longest, of those whose password was right once if there are any."""
    resting = _resting(trouble.host, now).order_by("checked_at", "pk")
    one = resting.filter(accepted_at__isnull=False).first() or resting.first()
    if one and _seize(trouble, knocking=one, knocked_at=now):
        Mailbox.objects.filter(pk=one.pk, due_at__gt=now).update(due_at=now)


def _resting(host: str, now: datetime) -> QuerySet[Mailbox]:
    """Those that wait for a later check, and may be tried again: providers lock whoever tries too often."""
    rested = Q(checked_at=None) | Q(checked_at__lte=now - rules.APART)
    return Mailbox.objects.filter(rested, host=host, state__in=hosts.FAILING, due_at__gt=now)


def _seize(trouble: HostTrouble, **columns: object) -> bool:
    """Of two workers one acts, and nobody where the trouble ended meanwhile."""
    mine = hosts.in_trouble().filter(pk=trouble.pk, knocked_at=trouble.knocked_at)
    return mine.update(**columns) == 1
