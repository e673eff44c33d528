"""Hosts at which many mailboxes of a tenant fail together: written down once, ended by itself (M1.4).

Called inside the transaction that writes the checks down, so that beginning and end are each recorded once.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet

from keyturn.audit import events
from keyturn.monitoring.core import circuit
from keyturn.monitoring.core.circuit import Host
from keyturn.monitoring.models import HostTrouble, Mailbox

FAILING = (Mailbox.REFUSED, Mailbox.TROUBLED)
_TRIED = (Mailbox.NEW, Mailbox.FINE, *FAILING)


def held() -> dict[str, datetime]:
    """The hosts that are held now, and since when."""
    return dict(in_trouble().values_list("host", "began_at"))


def in_trouble() -> QuerySet[HostTrouble]:
    """The troubles that last, the oldest first."""
    return HostTrouble.objects.filter(ended_at=None).order_by("began_at", "host")


def judge(hosts: Collection[str], now: datetime) -> None:
    """Look at these hosts anew: begin what must be held, end what need not be any more."""
    if not hosts:
        return
    before = held()
    for host, standing in _standing(hosts, before, now).items():
        is_held = circuit.is_held(standing, was_held=host in before)
        if is_held and host not in before:
            _begin(host, standing, now)
        elif host in before and not is_held:
            _end(host, now)


def _standing(hosts: Collection[str], before: Mapping[str, datetime], now: datetime) -> dict[str, Host]:
    since = now - circuit.WINDOW
    suspended = Q(state=Mailbox.SUSPENDED, suspended_by=Mailbox.BY_WATCH, suspended_at__gte=since)
    tried = Mailbox.objects.filter(Q(state__in=_TRIED) | suspended, host__in=hosts).values("host")
    counted = tried.annotate(
        watched=Count("pk"),
        lately=Count("pk", filter=_failing_since(since) | suspended),
        failing=Count("pk", filter=_failing_in(hosts, before)),
    ).order_by()
    found = {one.pop("host"): Host(**one) for one in counted}
    return {host: found.get(host, Host(0, 0, 0)) for host in hosts}


def _failing_since(moment: datetime) -> Q:
    return Q(state__in=FAILING) & (Q(refused_since__gte=moment) | Q(troubled_since__gte=moment))


def _failing_in(hosts: Collection[str], before: Mapping[str, datetime]) -> Q:
    """What began to fail with the trouble of its host: what had failed long before keeps no host held."""
    those = Q(pk__in=())
    for host in before.keys() & set(hosts):
        those |= Q(host=host) & _failing_since(before[host] - circuit.WINDOW)
    return those


def _begin(host: str, standing: Host, now: datetime) -> None:
    try:
        with transaction.atomic():
            HostTrouble.objects.create(host=host, began_at=now, failing=standing.lately)
    except IntegrityError:  # another worker saw it in the same moment
        return
    told = {"host": host, "failing": standing.lately, "watched": standing.watched}
    events.record("host_trouble.begun", at=now, actor="worker", **told)


def _end(host: str, now: datetime) -> None:
    if in_trouble().filter(host=host).update(ended_at=now):
        events.record("host_trouble.ended", at=now, actor="worker", host=host)
