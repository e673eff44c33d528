"""May this operator have this PIN mailed there? One pure decision, when it is asked for and again when it is sent."""

from dataclasses import dataclass
from enum import StrEnum


class Stop(StrEnum):
    """What stands in the way; the last is no refusal but a condition."""

    OUTRANKED = "outranked"
    PIN_OVER = "pin_over"
    SECOND_FIRST = "second_first"


@dataclass(frozen=True, kw_only=True)
class MailingFacts:
    """What is known. `is_elevated`: what a new user would get now holds something above the plain."""

    own_rank: int
    owners_rank: int
    is_pin_alive: bool
    is_own_address: bool
    is_elevated: bool
    is_approved: bool = False


def stop(facts: MailingFacts) -> Stop | None:
    """The first thing that stands in the way; None when nothing does."""
    if facts.owners_rank >= facts.own_rank:
        return Stop.OUTRANKED
    if not facts.is_pin_alive:
        return Stop.PIN_OVER
    needs_second = facts.is_elevated and not facts.is_own_address
    return Stop.SECOND_FIRST if needs_second and not facts.is_approved else None
