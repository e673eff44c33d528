"""Hosts at which many mailboxes of a tenant fail together: written down once, ended by itself (M1.4).

Called inside the transaction that writes the checks down, so that beginning and end are each recorded once.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, Q

from keyturn.audit import events
from keyturn.monitoring.core import circuit
from keyturn.monitoring.core.circuit import Host
from keyturn.monitoring.models import HostTrouble, Mailbox

_FAILING = (Mailbox.REFUSED, Mailbox.TROUBLED)
_TRIED = (Mailbox.NEW, Mailbox.FINE, *_FAILING)


def held() -> set[str]:
    """The hosts that are held now."""
    return set(HostTrouble.objects.filter(ended_at=None).values_list("host", flat=True))


def judge(hosts: Collection[str], now: datetime) -> None:
    """Look at these hosts anew: begin what must be held, end what need not be any more."""
    if not hosts:
        return
    before = held()
    for host, standing in _standing(hosts, now).items():
        is_held = circuit.is_held(standing, was_held=host in before)
        if is_held and host not in before:
            _begin(host, standing, now)
        elif host in before and not is_held:
            _end(host, now)


def _standing(hosts: Collection[str], now: datetime) -> dict[str, Host]:
    since = now - circuit.WINDOW
    lately = Q(state__in=_FAILING) & (Q(refused_since__gte=since) | Q(troubled_since__gte=since))
    suspended = Q(state=Mailbox.SUSPENDED, suspended_by=Mailbox.BY_WATCH, suspended_at__gte=since)
    tried = Mailbox.objects.filter(Q(state__in=_TRIED) | suspended, host__in=hosts).values("host")
    counted = tried.annotate(
        watched=Count("pk"),
        lately=Count("pk", filter=lately | suspended),
        failing=Count("pk", filter=Q(state__in=_FAILING)),
    ).order_by()
    found = {one.pop("host"): Host(**one) for one in counted}
    return {host: found.get(host, Host(0, 0, 0)) for host in hosts}


def _begin(host: str, standing: Host, now: datetime) -> None:
    try:
        with transaction.atomic():
            HostTrouble.objects.create(host=host, began_at=now, failing=standing.failing)
    except IntegrityError:  # another worker saw it in the same moment
        return
    told = {"host": host, "failing": standing.failing, "watched": standing.watched}
    events.record("host_trouble.begun", at=now, actor="worker", **told)


def _end(host: str, now: datetime) -> None:
    if HostTrouble.objects.filter(host=host, ended_at=None).update(ended_at=now):
        events.record("host_trouble.ended", at=now, actor="worker", host=host)
