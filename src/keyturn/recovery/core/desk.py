"""What stands between an operator and the reset of a person's password: rank, caller check, second operator.

Plain values in, the first thing that is missing out. Asked again in the transaction that acts, by the conditional
updates there: a check and an agreement count once.
"""

from dataclasses import dataclass
from enum import StrEnum


class CallerCheck(StrEnum):
    """The tenant's setting: whether the caller reads out a code."""

    OFF, RECOMMENDED, REQUIRED = "off", "recommended", "required"


class SecondOperator(StrEnum):
    """The tenant's setting: for whose reset two operators are needed."""

    OFF, MARKED, ALL = "off", "marked", "all"


class Stop(StrEnum):
    """What is missing."""

    OUTRANKED = "outranked"  # the person is an operator of equal or higher rank
    CHECK_FIRST = "check_first"  # the caller has not read out a code
    SECOND_FIRST = "second_first"  # a second operator has not agreed


@dataclass(frozen=True, kw_only=True)
class DeskFacts:
    """An operator, a person, and what the tenant asks of them. Somebody who is no operator has rank 0."""

    own_rank: int
    persons_rank: int = 0
    caller_check: str = CallerCheck.OFF
    is_checked: bool = False
    second_operator: str = SecondOperator.OFF
    is_marked: bool = False
    has_fresh_address: bool = False
    is_approved: bool = False

    @property
    def needs_second(self) -> bool:
        """Whether two must agree: by the tenant's setting, or because the address was changed by its person so
        lately that a thief in their session may have done it (Clorox 2023)."""
        return takes_two(self.second_operator, self.is_marked) or self.has_fresh_address


def takes_two(second_operator: str, is_marked: bool) -> bool:
    """Whether the tenant's setting has two operators agree."""
    return second_operator == SecondOperator.ALL or (second_operator == SecondOperator.MARKED and is_marked)


def is_guarded(caller_check: str, second_operator: str, is_marked: bool) -> bool:
    """Whether one operator alone, who asks nobody, may not reset this person."""
    return caller_check == CallerCheck.REQUIRED or takes_two(second_operator, is_marked)


def stop(facts: DeskFacts) -> Stop | None:
    """The first thing that is missing; None when the operator may go on."""
    if facts.persons_rank >= facts.own_rank:
        return Stop.OUTRANKED
    if facts.caller_check == CallerCheck.REQUIRED and not facts.is_checked:
        return Stop.CHECK_FIRST
    if facts.needs_second and not facts.is_approved:
        return Stop.SECOND_FIRST
    return None
