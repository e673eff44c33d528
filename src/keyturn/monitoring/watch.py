"""The watch: mailboxes that are due are claimed in batches, signed in to many at once, and written down in batches.

    claim ▶ a place of host and tenant? ▶ open the secret ▶ the loop signs in and out ▶ settle
             └ none: put off
One step claims what there is room for, waits a moment for what ends and writes that down; checks go on in between.
A worker that dies leaves leases that run out; its mailboxes are checked once more, and nobody hears anything twice.
"""

import random
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings

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
AT_ONCE = 200  # claimed by one statement, and written down by one
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

    def __init__(self, limits: Limits | None = None, checker: Checker | None = None):
        self._places = Places(limits or _configured())
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
        self._finish(self._checker.collect(_MOMENT, AT_ONCE))
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
            _put_off(mailboxes, fence, now, dict.fromkeys({one.host for one in mailboxes}, _PUT_OFF_SUSPENDED))
            return
        at = time.monotonic()
        admitted = [one for one in mailboxes if self._places.take(one.host, tenant_id, at)]
        self._submit([_task(one, fence) for one in admitted])
        mine = {one.pk for one in admitted}
        late = [one for one in mailboxes if one.pk not in mine]
        backlog = {one.host: timedelta(seconds=self._places.backlog(one.host, at)) for one in late}
        _put_off(late, fence, now, backlog)

    def _submit(self, ready: list[Task | Done]) -> None:
        self._checker.submit([one for one in ready if isinstance(one, Task)])
        self._finish([one for one in ready if isinstance(one, Done)])

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


_watch: list[Watch] = []  # of this process, made by its first step


def _configured() -> Limits:
    of_host, of_host_a_second = settings.KEYTURN_WATCH_HOST_LIMITS
    return Limits(of_host=of_host, of_host_a_second=of_host_a_second)


def step() -> bool:
    """The duty of a worker."""
    if not _watch:
        _watch.append(Watch())
    return _watch[0].step()


def _task(mailbox: Mailbox, fence: int) -> Task | Done:
    """What is to be said to whom; an end at once where the secret does not open, or cannot be said there.

    Whatever else goes wrong is our own mistake: it accuses nobody, and the mailbox must not be lost.
    """
    try:
        return Task(
            mailbox, fence, _places_of(mailbox), Login(mailbox.username, sealing.open(mailbox), mailbox.method)
        )
    except (sealing.SealBroken, place.Refused, UnicodeDecodeError) as problem:
        log.warning("mailbox.unusable", mailbox=str(mailbox.pk), problem=type(problem).__name__)
        return Done(Task(mailbox, fence), Code.UNOPENED)
    except Exception:
        log.exception("mailbox.not_tried", mailbox=str(mailbox.pk))
        return Done(Task(mailbox, fence), Code.OUR_OWN)


def _places_of(mailbox: Mailbox) -> tuple[Place, ...]:
    reading = Place(Protocol(mailbox.protocol), mailbox.host, mailbox.port, mailbox.tls)
    if not mailbox.sending_host:
        return (reading,)
    return reading, Place(Protocol.SMTP, mailbox.sending_host, mailbox.sending_port, mailbox.sending_tls)


def _put_off(mailboxes: Iterable[Mailbox], fence: int, now: datetime, spread: Mapping[str, timedelta]) -> None:
    """Due again a little later, each at a moment of its own, within as long a time as its host needs."""
    later = {
        one.pk: {"due_at": now + _PUT_OFF + max(_PUT_OFF, spread[one.host]) * random.random()}  # noqa: S311 -- no secret
        for one in mailboxes
    }
    leases.settle_many(Mailbox, fence, later)
