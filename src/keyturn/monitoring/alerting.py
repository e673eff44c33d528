"""Operators hear of hosts in trouble: one message for all that began about the same time (M1.4).

Owners of mailboxes hear nothing. A host that is in trouble again within hours is told of once.
"""

import contextlib
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from keyturn.audit import events
from keyturn.lib import addresses, clock
from keyturn.monitoring import hosts
from keyturn.monitoring.models import HostTrouble
from keyturn.operators import roles
from keyturn.operators.models import Operator
from keyturn.outbox import posting, purposes
from keyturn.outbox.posting import Letter
from keyturn.tenants import finding, scope
from keyturn.tenants.models import Tenant

SEEING = "monitoring.view_mailbox"
QUIET = timedelta(hours=6)
_GATHERED = timedelta(minutes=1)  # a network that fails takes many hosts with it
_NAMED = 5


def step() -> bool:
    """Tell of what began a minute ago and lasts; there is never more to do at once."""
    now = clock.now()
    for tenant_id in Tenant.objects.filter(status=Tenant.ACTIVE).values_list("pk", flat=True):
        with scope.inside(tenant_id):
            if hosts.in_trouble().filter(told_at=None, began_at__lte=now - _GATHERED).exists():
                _tell(now)
    return False


@transaction.atomic
def _tell(now: datetime) -> None:
    """All that last and were not told of yet; each is seized by one UPDATE, so that of two workers one tells."""
    known = dict(
        HostTrouble.objects.filter(told_at__gt=now - QUIET).values_list("host").annotate(Max("told_at")).order_by()
    )
    news = [one.host for one in hosts.in_trouble().filter(told_at=None) if _seize(one, known.get(one.host, now))]
    if news := [host for host in news if host not in known]:
        _post(news, now)


def _seize(trouble: HostTrouble, told_at: datetime) -> bool:
    return HostTrouble.objects.filter(pk=trouble.pk, told_at=None).update(told_at=told_at) == 1


def _post(news: list[str], now: datetime) -> None:
    origin = finding.by_id(scope.current_id()).public_url.rstrip("/")
    values = {"MAIL_SERVERS": _named(news), "MAILBOXES_LINK": f"{origin}/console/mailboxes/"}
    receiving = operators()
    for address in receiving:
        letter = Letter(purposes.HOST_TROUBLE, address, values, now + purposes.NOTICE_LIFETIME)
        posting.post_elsewhere(letter, now=now)
    events.record("host_trouble.reported", at=now, actor="worker", hosts=news, operators=len(receiving))


def operators() -> list[str]:
    """The addresses of the tenant's operators who may see mailboxes, each once."""
    seeing = Operator.objects.filter(tenant_id=scope.current_id(), is_active=True, role__in=roles.that_may(SEEING))
    found: dict[str, str] = {}
    for email in seeing.order_by("username").values_list("email", flat=True):
        with contextlib.suppress(addresses.AddressRefused):
            read = addresses.parse(email)
            found.setdefault(read.lowered, read.raw)
    return list(found.values())


def _named(news: list[str]) -> str:
    """The first few of them, and how many there are where there are more."""
    first = ", ".join(news[:_NAMED])
    return first if len(news) <= _NAMED else f"{first}, … ({len(news)})"
