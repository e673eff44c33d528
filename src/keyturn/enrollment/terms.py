"""What a new PIN shall be good for: words from outside into a frozen value, or a refusal at its field."""

from collections.abc import Iterable
from dataclasses import dataclass

from keyturn.lib import addresses

LONGEST_DAYS, MOST_USES, MOST_DOMAINS = 365, 1000, 20
_LONGEST_MARK, _MOST_MARKS = 200, 1000


class PinRefused(ValueError):
    """No PIN can be issued like this. `field` names what; `reason` is one of not_active, outranked, out_of_range,
    too_many, bad_domain, and those of lib.addresses."""

    def __init__(self, reason: str, field: str):
        super().__init__(f"{field}: {reason}")
        self.reason = reason
        self.field = field


@dataclass(frozen=True)
class Terms:
    """How long in days, for how many new people, for which addresses, and without which of the owner's rights.

    `days` None means the tenant's; `withheld` are marks of people.rights.core.
    """

    days: int | None = None
    max_uses: int = 1
    domains: tuple[str, ...] = ()
    fixed_address: str = ""
    withheld: frozenset[str] = frozenset()


def read(given: Terms) -> Terms:
    """The same in the form that is kept; raises PinRefused."""
    if given.days is not None:
        _refuse_outside(given.days, LONGEST_DAYS, "days")
    _refuse_outside(given.max_uses, MOST_USES, "max_uses")
    if len(given.withheld) > _MOST_MARKS or any(len(mark) > _LONGEST_MARK for mark in given.withheld):
        raise PinRefused("too_many", "withheld")
    return Terms(given.days, given.max_uses, _domains(given.domains), _address(given.fixed_address), given.withheld)


def _refuse_outside(number: int, most: int, field: str) -> None:
    if not 1 <= number <= most:
        raise PinRefused("out_of_range", field)


def _domains(raws: Iterable[str]) -> tuple[str, ...]:
    """Domains as the key of an address has them, each once; an @ before one is what people type."""
    typed = [raw.strip().removeprefix("@") for raw in raws]
    if len(typed) > MOST_DOMAINS:
        raise PinRefused("too_many", "domains")
    return tuple(dict.fromkeys(_domain(one) for one in typed if one))


def _domain(typed: str) -> str:
    try:
        return addresses.parse(f"x@{typed}").key.rpartition("@")[2]
    except addresses.AddressRefused as problem:
        raise PinRefused("bad_domain", "domains") from problem


def _address(raw: str) -> str:
    if not raw.strip():
        return ""
    try:
        return addresses.parse(raw).raw
    except addresses.AddressRefused as problem:
        raise PinRefused(problem.reason, "fixed_address") from problem
