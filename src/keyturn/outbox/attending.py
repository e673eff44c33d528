"""Attending to a trial: claimed by a worker, judged still wanted, each step written down as it happens, settled.

Nothing of what is tried reaches a log or a step: answers are kept without the password, trouble by its type.
"""

import json
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from keyturn.lib import clock, leases, rows, seal
from keyturn.outbox.diagnosis import Finding
from keyturn.outbox.models import Trial
from keyturn.outbox.transports.base import kept_reply
from keyturn.outbox.trials import ACCEPTED, sealed_for
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

_STALE = timedelta(minutes=10)  # nobody watches any more


def attend(kinds: Collection[str], run: Callable[["Book", dict[str, Any]], None]) -> bool:
    """Have `run` try what waits longest of these kinds, as it was sealed; False when there is none."""
    now = clock.now()
    lease = timedelta(seconds=settings.KEYTURN_LEASE_SECONDS)
    claim = leases.claim(Trial, now=now, lease=lease, only={"kind": tuple(kinds)})
    if claim is None:
        return False
    with scope.inside(claim.tenant_id), leases.kept(Trial, claim, lease):
        book = Book(claim, Trial.objects.get(pk=claim.id))
        try:
            if _is_wanted(book, now):
                run(book, json.loads(seal.unseal("settings", book.trial.sealed, sealed_for(book.trial))))
        except leases.LeaseLost:
            return True
        leases.settle(Trial, claim, steps=book.steps, sealed=None, due_at=None, ended_at=clock.now())
    return True


class Book:
    """Writes each stage down, so that whoever watches sees it at once."""

    def __init__(self, claim: leases.Claim, trial: Trial):
        self.trial, self.steps, self.secrets = trial, [], ()
        self._claim = claim

    @property
    def next_stage(self) -> str:
        """The first that was not reached yet."""
        reached = {one["stage"] for one in self.steps}
        return next((stage for stage in self.trial.stages if stage not in reached), ACCEPTED)

    def reach(self, stage: str, words: str = "") -> None:
        """A stage was reached."""
        self._write({"stage": stage, "ok": True, "words": kept_reply(words, self.secrets)})

    def fail(self, finding: str, words: str = "") -> None:
        """The next stage was not; `finding` is one of outbox.diagnosis, or of whoever runs other trials."""
        said = kept_reply(words, self.secrets)
        self._write({"stage": self.next_stage, "ok": False, "finding": str(finding), "words": said})

    def plan(self, stages: list[str]) -> None:
        """Now it is known which stages there are."""
        self.trial.stages = stages
        rows.update(Trial, self._mine, stages=stages)

    @property
    def _mine(self) -> dict[str, Any]:
        return {"id": self._claim.id, "fence": self._claim.fence}

    def _write(self, line: dict[str, Any]) -> None:
        self.steps.append(line)
        if rows.update(Trial, self._mine, steps=self.steps) != 1:
            raise leases.LeaseLost


def _is_wanted(book: Book, now: datetime) -> bool:
    """Whether somebody still watches, and the organization may send anything."""
    trial = book.trial
    if trial.created_at < now - _STALE or trial.sealed is None:
        book.fail(Finding.BROKEN_OFF)
        return False
    if not Tenant.objects.get(pk=trial.tenant_id).is_active:  # nothing leaves a suspended organization
        book.fail(Finding.BROKEN_OFF, "the organization is suspended")
        return False
    return True
