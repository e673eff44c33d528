"""Proving: the worker signs in with a new password, writes each step down and ends the incident (M1.11).

    claim ▶ is it still wanted ▶ take one of three sign-ins an hour ▶ open ▶ sign in ▶ settle, in one transaction

Only a new password that the server took gets into the mailbox; whatever else happens leaves everything as it was.
Nothing of the password or of the server's words reaches a log or a step.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from queue import SimpleQueue

from django.conf import settings
from django.db import transaction

from keyturn.lib import clock, leases, points, rows, seal
from keyturn.limits import counters
from keyturn.monitoring import limits, mended, sealing
from keyturn.monitoring.core.verdict import Verdict
from keyturn.monitoring.mailbox.check import Seen, Stage, check_evenly
from keyturn.monitoring.mailbox.place import Login, Place, Refused
from keyturn.monitoring.mailbox.wire import Patience
from keyturn.monitoring.mending import STALE, sealed_for_mending
from keyturn.monitoring.models import Mailbox, Mending
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

PATIENCE = Patience(look_up=5, total=40)  # somebody watches
TOO_MANY = "too_many"
_STATES = {
    Verdict.ACCEPTED: Mending.ACCEPTED,
    Verdict.REJECTED: Mending.REJECTED,
    Verdict.UNCLEAR: Mending.REJECTED,  # it accuses nobody here: the owner is asked to type once more
    Verdict.UNREACHABLE: Mending.UNREACHABLE,
}


def step() -> bool:
    """Prove the new password that waits longest; False when there is none. For the worker."""
    lease = timedelta(seconds=settings.KEYTURN_LEASE_SECONDS)
    now = clock.now()
    claim = leases.claim(Mending, now=now, lease=lease)
    if claim is None:
        return False
    with scope.inside(claim.tenant_id), leases.kept(Mending, claim, lease):
        mending = Mending.objects.select_related("mailbox").get(pk=claim.id)
        try:
            _settle(claim, mending, _prove(_Book(claim, mending), now))
        except leases.LeaseLost:
            pass  # somebody else proves it, or did
    return True


@dataclass(frozen=True)
class _End:
    """What became of it; `secret` is the new password where the server took it."""

    state: str
    code: str = ""
    secret: str = field(default="", repr=False)
    milliseconds: int = 0


class _Book:
    """Writes each stage down, so that whoever watches sees it at once."""

    def __init__(self, claim: leases.Claim, mending: Mending):
        self.mending = mending
        self._mine = {"id": claim.id, "fence": claim.fence}
        self._steps: list[str] = []

    def reach(self, stage: Stage) -> None:
        """A stage was reached; raises LeaseLost."""
        self._steps.append(str(stage))
        if rows.update(Mending, self._mine, steps=self._steps) != 1:
            raise leases.LeaseLost


def _prove(book: _Book, now: datetime) -> _End:
    """From the sealed row to the server's answer; writes nothing but steps."""
    mending, mailbox = book.mending, book.mending.mailbox
    if not _is_wanted(mending, now):
        return _End(Mending.OVER)
    try:
        secret = seal.unseal(sealing.BOX, mending.sealed, sealed_for_mending(mending, mailbox)).decode()
        place, login = _place(mailbox), Login(mailbox.username, secret, mailbox.method)
    except (seal.SealBroken, Refused):
        return _End(Mending.OVER)
    if counters.take(limits.SIGN_INS_BY_MAILBOX, str(mailbox.pk), now=now):
        return _End(Mending.OVER, TOO_MANY)
    points.reach("mending.sign_in")
    began = time.monotonic()
    seen = watched(place, login, book.reach)
    return _End(_STATES[seen.verdict], seen.code, secret, int((time.monotonic() - began) * 1000))


def _is_wanted(mending: Mending, now: datetime) -> bool:
    """Somebody still waits, nothing leaves a suspended organization, and the mailbox is as it was when asked for."""
    is_fresh = mending.sealed is not None and mending.created_at > now - STALE
    is_same = mending.mailbox.secret_version == mending.secret_version
    return is_fresh and is_same and Tenant.objects.get(pk=mending.tenant_id).is_active


def _place(mailbox: Mailbox) -> Place:
    return Place(mailbox.protocol, mailbox.host, mailbox.port, mailbox.tls)


def watched(place: Place, login: Login, hear: Callable[[Stage], None]) -> Seen:
    """Sign in on a loop in a thread of its own: what it tells is written here, where the database may be asked.

    Raises what `reach` raises.
    """
    told: SimpleQueue[Stage | None] = SimpleQueue()
    with ThreadPoolExecutor(1, "mending") as thread:
        signing_in = thread.submit(asyncio.run, check_evenly(place, login, patience=PATIENCE, tell=told.put))
        signing_in.add_done_callback(lambda _: told.put(None))
        for stage in iter(told.get, None):
            hear(stage)
        return signing_in.result()


def _settle(claim: leases.Claim, mending: Mending, end: _End) -> None:
    """The outcome, and with an accepted one the mailbox: all or nothing. What was sealed is destroyed."""
    now = clock.now()
    taken = mended.prepare(mending, end.secret, end.milliseconds) if end.state == Mending.ACCEPTED else None
    with transaction.atomic():
        state = Mending.OVER if taken and not mended.take(taken, now) else end.state
        mended.record(mending, state, end.code, now)
        leases.settle(Mending, claim, state=state, code=end.code, sealed=None, due_at=None, ended_at=now)
