"""Checks written down, many at once: how their mailboxes stand now, what was seen, and which incidents begin.

    one transaction a tenant     mailboxes (under their fences) ▶ sightings ▶ hosts ▶ suspensions, one incident each
Whoever lost a row meanwhile, because it was changed or claimed by somebody else, writes nothing about it.
"""

import random
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from keyturn.audit import events
from keyturn.lib import leases
from keyturn.monitoring import hosts, sweeps, telling, webhooks
from keyturn.monitoring.checking import Done
from keyturn.monitoring.core import rules
from keyturn.monitoring.core.rules import Facts, Moment, Next, Rhythm
from keyturn.monitoring.core.verdict import Code, Verdict
from keyturn.monitoring.models import Mailbox, Sighting
from keyturn.tenants import finding, scope

_NOTED_EVERY = timedelta(hours=12)  # one that is always accepted leaves two sightings a day, not forty-eight


@dataclass(frozen=True)
class Outcome:
    """A check and what it makes of its mailbox."""

    done: Done
    next: Next

    @property
    def mailbox(self) -> Mailbox:
        """As it was when it was claimed."""
        return self.done.task.mailbox


def settle(done: Iterable[Done], now: datetime) -> list[Outcome]:
    """Write checks of any tenants down; returns those that were still ours to write."""
    by_tenant: dict[UUID, list[Done]] = defaultdict(list)
    for one in done:
        by_tenant[one.task.mailbox.tenant_id].append(one)
    written: list[Outcome] = []
    for tenant_id, theirs in by_tenant.items():
        with scope.inside(tenant_id), transaction.atomic():
            written += _settle(theirs, now)
    return written


def _settle(done: list[Done], now: datetime) -> list[Outcome]:
    tenant = finding.by_id(scope.current_id())
    rhythm = Rhythm(timedelta(minutes=tenant.watch_minutes), tenant.watch_refusals)
    held = hosts.held()
    judged = _judged(done, Moment(now, rhythm, 0), held)
    written = _write([one for one in judged if not one.next.is_suspended], now)
    ripe = [one.done for one in judged if one.next.is_suspended]
    hosts.judge(_in_question(written, ripe, held), now)
    if ripe:  # whose host may be held only since a moment ago
        written += _write(_judged(ripe, Moment(now, rhythm, 0), hosts.held()), now)
    _remember(written, now)
    _tell(written, now)
    sweeps.count([one.done.code.verdict for one in written], now)
    return written


def _judged(done: list[Done], at: Moment, held: Collection[str]) -> list[Outcome]:
    return [
        Outcome(
            one,
            rules.after(
                facts_of(one.task.mailbox),
                one.code,
                Moment(at.now, at.rhythm, random.random(), one.task.mailbox.host in held),  # noqa: S311 -- no secret
            ),
        )
        for one in done
    ]


def facts_of(mailbox: Mailbox) -> Facts:
    """What the rules want to know of a mailbox."""
    return Facts(
        mailbox.state,
        mailbox.verdict,
        mailbox.refusals,
        mailbox.refused_since,
        mailbox.troubled_since,
        mailbox.accepted_at is not None,
        mailbox.checked_at,
    )


def _write(outcomes: list[Outcome], now: datetime) -> list[Outcome]:
    by_fence: dict[int, dict[UUID, dict[str, Any]]] = defaultdict(dict)
    for one in outcomes:
        by_fence[one.done.task.fence][one.mailbox.pk] = _columns(one, now)
    ours = {key for fence, changes in by_fence.items() for key in leases.settle_many(Mailbox, fence, changes)}
    return [one for one in outcomes if one.mailbox.pk in ours]


def _columns(one: Outcome, now: datetime) -> dict[str, Any]:
    """All columns of a check's outcome; the incident, too, which begins and ends with the state."""
    mailbox, code, following = one.mailbox, one.done.code, one.next
    is_accepted, is_ours = code.verdict is Verdict.ACCEPTED, code is Code.OUR_OWN
    return {
        "state": following.state,
        "due_at": following.due_at,
        "refusals": following.refusals,
        "refused_since": following.refused_since,
        "troubled_since": following.troubled_since,
        "verdict": mailbox.verdict if is_ours else str(code.verdict),
        "code": str(code),
        "checked_at": mailbox.checked_at if is_ours else now,
        "accepted_at": now if is_accepted else mailbox.accepted_at,
        "suspended_by": Mailbox.BY_WATCH if following.is_suspended else "",
        "suspended_at": now if following.is_suspended else None,
        "incident": None if is_accepted else mailbox.incident or (uuid4() if following.is_suspended else None),
        "told_at": None if is_accepted else mailbox.told_at,
        "attempts": 0,
    }


def _in_question(written: list[Outcome], ripe: list[Done], held: Collection[str]) -> set[str]:
    """The hosts to be looked at: where something began to fail, and those held that answer again. What fails for long
    changes nothing about its host, and counting costs."""
    began = {one.mailbox.host for one in written if _begins_to_fail(one)} - set(held)
    answering = {one.mailbox.host for one in written if one.next.state == Mailbox.FINE} & set(held)
    return began | answering | {one.task.mailbox.host for one in ripe}


def _begins_to_fail(one: Outcome) -> bool:
    return one.next.state in hosts.FAILING and one.mailbox.state not in hosts.FAILING


def _remember(written: list[Outcome], now: datetime) -> None:
    Sighting.objects.bulk_create(
        Sighting(
            tenant_id=one.mailbox.tenant_id,
            mailbox_id=one.mailbox.pk,
            at=now,
            verdict=str(one.done.code.verdict),
            code=str(one.done.code),
            milliseconds=one.done.milliseconds,
        )
        for one in written
        if _is_worth_noting(one, now)
    )


def _is_worth_noting(one: Outcome, now: datetime) -> bool:
    before, code = one.mailbox.checked_at, one.done.code
    if code is not Code.SIGNED_IN or before is None or code != one.mailbox.code:
        return True
    return now.timestamp() // _NOTED_EVERY.total_seconds() != before.timestamp() // _NOTED_EVERY.total_seconds()


def _tell(written: list[Outcome], now: datetime) -> None:
    """The audit, the owners, and the tenant's own software."""
    refused = _as_they_stand(
        one.mailbox.pk for one in written if one.next.state == Mailbox.REFUSED != one.mailbox.state
    )
    suspended = _as_they_stand(one.mailbox.pk for one in written if one.next.is_suspended)
    for mailbox in suspended:
        told = {"reason": Mailbox.BY_WATCH, "mailbox": str(mailbox.pk), "name": mailbox.name}
        events.record("mailbox.suspended", at=now, actor="worker", subject=f"person:{mailbox.person_id}", **told)
        if mailbox.told_at is None:  # or the incident goes on that its owner was told of
            telling.tell(mailbox, now)
    if refused:
        webhooks.tell(webhooks.REFUSED, refused, now)
    if suspended:
        webhooks.tell(webhooks.SUSPENDED, suspended, now)


def _as_they_stand(ids: Iterable[UUID]) -> list[Mailbox]:
    wanted = list(ids)
    if not wanted:
        return []
    return list(Mailbox.objects.select_related("person__cell_provider").filter(pk__in=wanted))
