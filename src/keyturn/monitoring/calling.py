"""The duty that calls tenants' own software: one call is claimed, signed, posted through the egress guard, settled.

A call that fails is made again for a day, under the same id: a receiver that saw it once sets the second aside. While
a tenant's receiver does not answer its other calls wait with it, so that they do not hold up everybody else's; the
first one that is taken lets them go.
"""

import json
from datetime import timedelta

import structlog
from django.conf import settings
from django.db.models import QuerySet

from keyturn.lib import clock, leases, seal
from keyturn.monitoring import webhooks
from keyturn.monitoring.core import calling
from keyturn.monitoring.models import WebhookCall
from keyturn.outbox.transports import asking
from keyturn.outbox.transports.asking import Question
from keyturn.outbox.transports.base import TransportError
from keyturn.tenants import scope

_LONGEST = 200  # of an outcome
log = structlog.get_logger("keyturn.monitoring")


def step() -> bool:
    """Make the call that has been due longest; False when there is none."""
    lease = timedelta(seconds=settings.KEYTURN_LEASE_SECONDS)
    claim = leases.claim(WebhookCall, now=clock.now(), lease=lease)
    if claim is None:
        return False
    with scope.inside(claim.tenant_id), leases.kept(WebhookCall, claim, lease):
        try:
            _call(claim)
        except leases.LeaseLost:
            log.info("webhook.lease_lost", call=str(claim.id))
    return True


def _call(claim: leases.Claim) -> None:
    call = WebhookCall.objects.select_related("tenant").get(pk=claim.id)
    hook = webhooks.current()
    if hook is None or not hook.is_enabled or not call.tenant.is_active:
        return _end(claim, "switched off")
    try:
        secret = webhooks.secret_of(hook)
    except seal.SealBroken:
        return _end(claim, "the secret does not open; make a new one")
    try:
        status = _post(call, hook.url, secret)
    except TransportError as problem:
        return _wait(claim, call, problem.reply, is_silent=True)
    if not calling.is_taken(status):
        return _wait(claim, call, f"answered {status}")
    _end(claim, f"answered {status}")
    return _let_others_go()


def _post(call: WebhookCall, url: str, secret: bytes) -> int:
    """The status of the answer; raises TransportError where there was none."""
    body = json.dumps(call.body, separators=(",", ":")).encode()
    signed = calling.headers(str(call.pk), int(clock.now().timestamp()), body, secret)
    said = {"Content-Type": "application/json", "User-Agent": "Keyturn", "Connection": "close"}
    return asking.post(Question(url, body, said | signed)).status


def _end(claim: leases.Claim, outcome: str) -> None:
    leases.settle(WebhookCall, claim, due_at=None, ended_at=clock.now(), outcome=outcome[:_LONGEST])


def _wait(claim: leases.Claim, call: WebhookCall, outcome: str, *, is_silent: bool = False) -> None:
    now = clock.now()
    pause = calling.pause(claim.attempts, now - call.created_at)
    if pause is None:
        return _end(claim, f"given up: {outcome}")
    leases.settle(WebhookCall, claim, due_at=now + pause, outcome=outcome[:_LONGEST])
    if is_silent:
        _waiting().filter(due_at__lt=now + pause).update(due_at=now + pause)
    return None


def _let_others_go() -> None:
    """Those that wait only because another found nobody there."""
    now = clock.now()
    _waiting().filter(attempts=0, due_at__gt=now).update(due_at=now)


def _waiting() -> QuerySet[WebhookCall]:
    return WebhookCall.objects.filter(ended_at=None, lease_until=None)
