"""The watch: mailboxes that are due are claimed in batches, signed in to many at once, and written down in batches.

    claim ▶ a place of host and tenant? ▶ open the secret ▶ the loop signs in and out ▶ settle
One step claims what there is room for, waits a moment for what ends and writes that down; checks go on in between.
A worker that dies leaves leases that run out; its mailboxes are checked once more, and nobody hears anything twice.
"""

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from keyturn.lib import clock, leases, points
from keyturn.monitoring import sealing, settling
from keyturn.monitoring.checking import Checker, Done, Task
from keyturn.monitoring.core.admission import Limits, Places
from keyturn.monitoring.core.verdict import Code, Verdict
from keyturn.monitoring.mailbox import place
from keyturn.monitoring.mailbox.place import Login, Place, Protocol
from keyturn.monitoring.models import Mailbox
from keyturn.tenants import finding, scope

LEASE = timedelta(minutes=5)  # two sign-ins of a minute each, a good-bye, and room
AT_ONCE = 200  # claimed by one statement
_MOMENT = 0.2  # seconds
_PUT_OFF = timedelta(seconds=15)
_PUT_OFF_SUSPENDED = timedelta(hours=1)
log = structlog.get_logger("keyturn.monitoring")


@dataclass
class Tally:
    """What a watch has seen since it began."""

    done: int = 0
    refused: int = 0
    unreachable: int = 0


class Watch:
    """Mailboxes under way, with their places; for one thread."""

    def __init__(self, limits: Limits = Limits(), checker: Checker | None = None):  # noqa: B008 -- frozen
        self._places = Places(limits)
        self._checker = checker or Checker()
        self.tally = Tally()

    def __enter__(self) -> "Watch":
        return self

    def __exit__(self, *_problem: object) -> None:
        self.end()

    def step(self) -> bool:
        """Begin what is due and finds a place, write down what has ended; False when there was neither."""
        has_begun = self._places.free > 0 and self._begin(clock.now())
        if not self._places.taken:
            return has_begun
        self._finish(self._checker.collect(_MOMENT))
        return True

    def end(self) -> None:
        """Let the loop go."""
        self._checker.end()

    def _begin(self, now: datetime) -> bool:
        at_most = min(self._places.free, AT_ONCE)
        claims = leases.claim_many(Mailbox, now=now, lease=LEASE, at_most=at_most)
        points.reach("watch.claimed")
        by_tenant: dict[UUID, list[leases.Claim]] = defaultdict(list)
        for claim in claims:
            by_tenant[claim.tenant_id].append(claim)
        for tenant_id, theirs in by_tenant.items():
            with scope.inside(tenant_id):
                self._begin_of(tenant_id, theirs, now)
        return bool(claims)

    def _begin_of(self, tenant_id: UUID, claims: list[leases.Claim], now: datetime) -> None:
        fence = claims[0].fence
        mailboxes = list(Mailbox.objects.filter(pk__in=[claim.id for claim in claims], fence=fence))
        if not finding.by_id(tenant_id).is_active:
            return _put_off(mailboxes, fence, now + _PUT_OFF_SUSPENDED)
        admitted = [one for one in mailboxes if self._places.take(one.host, tenant_id)]
        mine = {one.pk for one in admitted}
        _put_off([one for one in mailboxes if one.pk not in mine], fence, now + _PUT_OFF)
        tasks = [_task(one, fence) for one in admitted]
        self._checker.submit([task for task in tasks if task.login])
        self._finish([Done(task, Code.FORBIDDEN) for task in tasks if not task.login])
        return None

    def _finish(self, done: list[Done]) -> None:
        if not done:
            return
        for one in done:
            self._places.give_back(one.task.mailbox.host, one.task.mailbox.tenant_id)
        points.reach("watch.checked")
        written = settling.settle(done, clock.now())
        points.reach("watch.settled")
        self.tally.done += len(written)
        verdicts = [one.done.code.verdict for one in written]
        self.tally.refused += sum(one in {Verdict.REJECTED, Verdict.UNCLEAR} for one in verdicts)
        self.tally.unreachable += verdicts.count(Verdict.UNREACHABLE)


_watch: list[Watch] = []  # of this process, made when its first mailbox is due


def step() -> bool:
    """The duty of a worker."""
    if not _watch:
        _watch.append(Watch())
    return _watch[0].step()


def _task(mailbox: Mailbox, fence: int) -> Task:
    """What is to be said to whom; without a login where the secret does not open, or the place is none."""
    try:
        login = Login(mailbox.username, sealing.open(mailbox), mailbox.method)
        return Task(mailbox, fence, _places_of(mailbox), login)
    except (sealing.SealBroken, place.Refused) as problem:
        log.warning("mailbox.unusable", mailbox=str(mailbox.pk), problem=type(problem).__name__)
        return Task(mailbox, fence)


def _places_of(mailbox: Mailbox) -> tuple[Place, ...]:
    reading = Place(Protocol(mailbox.protocol), mailbox.host, mailbox.port, mailbox.tls)
    if not mailbox.sending_host:
        return (reading,)
    return reading, Place(Protocol.SMTP, mailbox.sending_host, mailbox.sending_port, mailbox.sending_tls)


def _put_off(mailboxes: Iterable[Mailbox], fence: int, until: datetime) -> None:
    """Due again a little later, each at a moment of its own."""
    spread = {one.pk: {"due_at": until + _PUT_OFF * random.random()} for one in mailboxes}  # noqa: S311 -- no secret
    leases.settle_many(Mailbox, fence, spread)
