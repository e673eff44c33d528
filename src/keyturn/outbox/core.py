"""What becomes of a message after a try: decided from what the servers said, without asking anybody.

accepted                          sent
refused                           failed: the recipient or the message will never pass
refused as senders, everywhere    failed
no answer after the final dot     once more; the second time sent, and the reply says that nobody knows
anything else                     retrying, until the deadline
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SENT, FAILED, RETRYING, EXPIRED = "sent", "failed", "retrying", "expired"
BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (15, 30, 60, 120, 300, 600))
# what one try can come to; the words that transports use
ACCEPTED, REFUSED, NOT_FROM_US, LATER, UNREACHABLE, AMBIGUOUS = (
    "accepted",
    "refused",
    "not_from_us",
    "later",
    "unreachable",
    "ambiguous",
)


@dataclass(frozen=True)
class Try:
    """One hand-over: to which server, what it came to, what was said."""

    profile: str
    outcome: str
    reply: str

    @property
    def is_last(self) -> bool:
        """Whether nobody else is asked after this one: it has the message, may have it, or refused it for good."""
        return self.outcome in {ACCEPTED, REFUSED, AMBIGUOUS}


@dataclass(frozen=True)
class History:
    """What was before this try: `rounds` counts it too."""

    deadline: datetime
    rounds: int
    was_ambiguous: bool = False


@dataclass(frozen=True)
class Next:
    """The message's state from now on. `due_at` is None when nothing is left to do."""

    state: str
    reply: str
    due_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether the message came to its end, and its body is destroyed."""
        return self.due_at is None


def after(tries: Sequence[Try], history: History, now: datetime) -> Next:
    """The next state after one round of tries, at least one."""
    last = tries[-1]
    if last.outcome == ACCEPTED or (last.outcome == AMBIGUOUS and history.was_ambiguous):
        return Next(SENT, last.reply)
    if last.outcome == REFUSED or all(one.outcome == NOT_FROM_US for one in tries):
        return Next(FAILED, last.reply)
    return Next(RETRYING, last.reply, again_at(history, now))


def again_at(history: History, now: datetime) -> datetime:
    """When to try again: later and later, and at the deadline at the latest, which then ends the message."""
    pause = BACK_OFF[min(history.rounds, len(BACK_OFF)) - 1]
    return min(now + pause, history.deadline)
