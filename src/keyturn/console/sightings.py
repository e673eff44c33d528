"""The last checks of a mailbox as a small drawing: a bar for each, higher the longer it took, in its colour."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from keyturn.monitoring.core.verdict import Verdict
from keyturn.monitoring.models import Sighting

MANY = 96  # two days of half hours
_SLOT, _BAR, _HEIGHT, _LEAST = 6, 4, 60, 8
_SLOWEST = 60_000  # milliseconds, at full height
_KINDS = {Verdict.ACCEPTED: "ok", Verdict.REJECTED: "bad", Verdict.UNCLEAR: "warn"}


@dataclass(frozen=True)
class Bar:
    """One check, and where it stands. `kind` is ok, bad, warn or quiet."""

    sighting: Sighting
    kind: str
    x: int
    y: int
    height: int


@dataclass(frozen=True)
class Strip:
    """The drawing."""

    bars: list[Bar]
    width: int
    height: int = _HEIGHT

    @property
    def counts(self) -> dict[str, int]:
        """How many checks of each kind."""
        kinds = [bar.kind for bar in self.bars]
        return {kind: kinds.count(kind) for kind in ("ok", "bad", "warn", "quiet")}


def of(seen: Sequence[Sighting]) -> Strip:
    """The drawing of these checks, oldest first."""
    return Strip([_bar(number, one) for number, one in enumerate(seen)], _SLOT * max(len(seen), 1))


def _bar(number: int, sighting: Sighting) -> Bar:
    share = math.log1p(min(sighting.milliseconds, _SLOWEST)) / math.log1p(_SLOWEST)
    height = _LEAST + round((_HEIGHT - _LEAST) * share)
    kind = _KINDS.get(sighting.verdict, "quiet")
    return Bar(sighting, kind, number * _SLOT, _HEIGHT - height, height)
