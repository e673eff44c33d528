"""Operators sign in with a user name and a password; a second factor, where there is one, is asked for next.

User names are unique in a tenant, so the host name says whose name it is. On the installation's own address its
owners sign in, too: there two hashes are compared whoever it is, elsewhere one.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from keyturn.audit import events
from keyturn.lib import hashing, text
from keyturn.limits import counters, delays, patience
from keyturn.limits.counters import Limit
from keyturn.limits.delays import Schedule
from keyturn.operators import record, sessions
from keyturn.operators.factors import second_step
from keyturn.operators.models import Operator
from keyturn.operators.sessions import Browser, Opened, Standing
from keyturn.tenants.models import Tenant

TRIES_BY_SOURCE = Limit("operator_sign_in_by_source", 100, timedelta(minutes=10), scaled=True)
FAILURES = Schedule("operators", patience.pauses())
LONGEST_NAME = 150


@dataclass(frozen=True)
class Credentials:
    """What was typed, and at which address: `tenant` is the host's, `owners_too` on the installation's own."""

    username: str
    password: str = field(repr=False)
    browser: Browser
    tenant: Tenant | None
    owners_too: bool


@dataclass(frozen=True)
class Refused:
    """Not signed in. Nobody is told whether the name or the password was wrong."""


@dataclass(frozen=True)
class Wait:
    """Nothing was compared; ask again at `until`."""

    until: datetime


def sign_in(credentials: Credentials, now: datetime) -> Opened | Refused | Wait:
    """Open a session for the right password."""
    if until := counters.take(TRIES_BY_SOURCE, credentials.browser.source, now=now):
        return Wait(until)
    whose = (str(credentials.tenant.id) if credentials.tenant else "", credentials.username.lower())
    if until := delays.count(FAILURES, *whose, now=now, forgiven_at=None):
        return Wait(until)
    operator = _who(credentials, _readable(credentials.password))
    if operator is None:
        _write_refusal(credentials, now)
        return Refused()
    with transaction.atomic():
        delays.clear(FAILURES, *whose)
        Operator.objects.filter(pk=operator.pk).update(last_signed_in_at=now)
        opened = sessions.begin(operator, credentials.browser, now, Standing(awaiting=second_step.owed_by(operator)))
        if not opened.session.awaiting:
            record.about(operator, "operator.signed_in", at=now, source=credentials.browser.source)
    return opened


def _write_refusal(credentials: Credentials, now: datetime) -> None:
    """In the audit of the tenant whose address it was; at an address of none, in the installation's own book."""
    refused = {"at": now, "actor": "anonymous", "source": credentials.browser.source}
    write = events.record if credentials.tenant else record.installation
    write("operator_sign_in.refused", **refused)


def _readable(password: str) -> str:
    """The password in the form that is hashed; what nobody can have typed is nobody's, and costs the same."""
    try:
        return text.secret(password)
    except text.TextRefused:
        return "-"


def _who(credentials: Credentials, password: str) -> Operator | None:
    """The operator whose password it is; as many hashes for every name, whether somebody has it or not."""
    candidates = _candidates(credentials)
    proven = [one for one in candidates if hashing.verify(password, one.password)]
    for _ in range(1 + credentials.owners_too - len(candidates)):
        hashing.waste()
    return proven[0] if proven else None


def _candidates(credentials: Credentials) -> list[Operator]:
    here = Q(tenant=credentials.tenant, tenant__status=Tenant.ACTIVE) if credentials.tenant else Q(pk=None)
    if credentials.owners_too:
        here |= Q(tenant=None)
    living = Operator.objects.filter(here, username=credentials.username, is_active=True).exclude(password="")
    return list(living.order_by("tenant_id")[:2])
