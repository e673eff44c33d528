"""What becomes of a mailbox after a check: decided from what is known of it, without asking anybody.

accepted                                fine; whatever was counted before is forgotten
rejected, or refused without a word     counted; enough of them in a row, spread over half an hour: suspended
why, where it was accepted before or
the same came twice
anything else                           troubled: tried again later and later, and nobody is accused
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from keyturn.monitoring.core.verdict import Code, Verdict

NEW, FINE, REFUSED, TROUBLED, SUSPENDED = "new", "fine", "refused", "troubled", "suspended"

SPREAD = timedelta(minutes=30)  # from the first refusal in a row to the one that suspends, at least
APART = timedelta(minutes=10)  # between two tries of a refused password, at least: providers lock who tries often
SLOWEST = timedelta(hours=2)  # between two tries of a mailbox in trouble, where the rhythm is not slower itself
OUR_OWN_PAUSE = timedelta(minutes=2)
_JITTER = 0.1  # of a pause: mailboxes that were due together drift apart
_WIDE_JITTER = 0.5  # and far apart, where all had to wait: after a restart, an import, an outage, a resume of many
_LATE = 1.2  # rhythms since the check before


@dataclass(frozen=True)
class Rhythm:
    """The tenant's settings: the time between two checks, and how many refusals in a row suspend (two or more)."""

    every: timedelta
    refusals: int


@dataclass(frozen=True)
class Moment:
    """When a check ended, and how. `share`, from 0 to 1, is drawn by the caller and moves the next
    one a little. `is_held`: too many of its host fail together (core.circuit), so a refusal suspends nobody."""

    now: datetime
    rhythm: Rhythm
    share: float
    is_held: bool = False


@dataclass(frozen=True)
class Facts:
    """What is known of a mailbox. `verdict` and `checked_at` are of the check before, empty before the first."""

    state: str = NEW
    verdict: str = ""
    refusals: int = 0
    refused_since: datetime | None = None
    troubled_since: datetime | None = None
    has_been_accepted: bool = False
    checked_at: datetime | None = None


@dataclass(frozen=True)
class Next:
    """How the mailbox stands after the check, and when it is due again; never, where it is suspended."""

    state: str
    refusals: int
    refused_since: datetime | None
    troubled_since: datetime | None
    due_at: datetime | None

    @property
    def is_suspended(self) -> bool:
        """Whether an incident begins."""
        return self.state == SUSPENDED


def after(facts: Facts, code: Code, at: Moment) -> Next:
    """What becomes of it."""
    if code is Code.OUR_OWN:
        return _as_before(facts, at.now + _shortened(OUR_OWN_PAUSE, at))
    if code.verdict is Verdict.ACCEPTED:
        jitter = _WIDE_JITTER if _is_late(facts, at) else _JITTER
        return Next(FINE, 0, None, None, at.now + at.rhythm.every * (1 - jitter * at.share))
    return _refused(facts, at) if counts(facts, code.verdict) else _troubled(facts, at)


def counts(facts: Facts, verdict: Verdict) -> bool:
    """Whether a verdict is a refusal of this very password.

    One without a word why is, where the password was accepted before, or where it is not the first of its kind.
    """
    if verdict is Verdict.UNCLEAR:
        return facts.has_been_accepted or facts.verdict in {Verdict.UNCLEAR, Verdict.REJECTED}
    return verdict is Verdict.REJECTED


def _is_late(facts: Facts, at: Moment) -> bool:
    return facts.checked_at is None or at.now - facts.checked_at > at.rhythm.every * _LATE


def _refused(facts: Facts, at: Moment) -> Next:
    since, refusals = facts.refused_since or at.now, facts.refusals + 1
    if refusals >= at.rhythm.refusals and at.now - since >= SPREAD and not at.is_held:
        return Next(SUSPENDED, refusals, since, None, None)
    pause = _back_off(since, at) if at.is_held else _between_refusals(since, refusals, at)
    return Next(REFUSED, refusals, since, None, at.now + pause * (1 + _JITTER * at.share))


def _between_refusals(since: datetime, refusals: int, at: Moment) -> timedelta:
    """The rhythm, unless the tries that are left would then come too soon."""
    left = max(1, at.rhythm.refusals - refusals)
    return max(at.rhythm.every, APART, (since + SPREAD - at.now) / left)


def _troubled(facts: Facts, at: Moment) -> Next:
    """Refusals stay counted: trouble in between says nothing of the password, for it or against it."""
    since = facts.troubled_since or at.now
    state = REFUSED if facts.refusals else TROUBLED
    due_at = at.now + _shortened(_back_off(since, at), at)
    return Next(state, facts.refusals, facts.refused_since, since, due_at)


def _back_off(since: datetime, at: Moment) -> timedelta:
    """As long again as it has lasted, within bounds."""
    return min(max(at.now - since, at.rhythm.every, APART), max(SLOWEST, at.rhythm.every))


def _shortened(pause: timedelta, at: Moment) -> timedelta:
    return pause * (1 - _JITTER * at.share)


def _as_before(facts: Facts, due_at: datetime) -> Next:
    state = facts.state if facts.state in {FINE, REFUSED, TROUBLED} else NEW
    return Next(state, facts.refusals, facts.refused_since, facts.troubled_since, due_at)
