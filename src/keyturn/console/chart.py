"""Thirty days as drawings: where every bar and every point stands. The page draws them as SVG, without script."""

from collections.abc import Sequence
from dataclasses import dataclass

from keyturn.recovery.models import DailyTally

_SLOT, _BAR, _HEIGHT, _LEFT, _TOP = 23, 6, 150, 2, 8
_SERIES = ("asked", "delivered", "completed")


@dataclass(frozen=True)
class Bar:
    """One bar: which series, and where."""

    series: str
    x: int
    y: int
    height: int


@dataclass(frozen=True)
class Day:
    """One day's bars and its point of the median, None where nobody signed in."""

    tally: DailyTally
    x: int
    bars: list[Bar]
    point_y: int | None


@dataclass(frozen=True)
class Line:
    """A line of the grid with its number."""

    y: int
    number: int


@dataclass(frozen=True)
class Chart:
    """Both drawings; they share the days below them. Seconds on the axis of the second are whole minutes."""

    days: list[Day]
    lines: list[Line]
    median_lines: list[Line]
    width: int
    height: int

    @property
    def points(self) -> str:
        """The medians joined by a line, for a polyline."""
        return " ".join(f"{day.x + _SLOT // 2},{day.point_y}" for day in self.days if day.point_y is not None)


def of(tallies: Sequence[DailyTally]) -> Chart:
    """The drawings of these days, oldest first."""
    most = _nice(max(max(row.asked, row.delivered, row.completed) for row in tallies))
    slowest = _nice(max((row.median_seconds or 0) / 60 for row in tallies))
    days = [_day(number, row, most, slowest) for number, row in enumerate(tallies)]
    return Chart(days, _lines(most), _lines(slowest), _LEFT + _SLOT * len(days) + 2, _HEIGHT + _TOP)


def _day(number: int, row: DailyTally, most: int, slowest: int) -> Day:
    x = _LEFT + number * _SLOT
    bars = [
        _bar(series, x + 1 + place * (_BAR + 1), getattr(row, series), most) for place, series in enumerate(_SERIES)
    ]
    point = None if row.median_seconds is None else _y(row.median_seconds / 60, slowest)
    return Day(row, x, [bar for bar in bars if bar.height], point)


def _bar(series: str, x: int, many: int, most: int) -> Bar:
    y = _y(many, most)
    height = _HEIGHT + _TOP - y
    return Bar(series, x, y, height)


def _y(value: float, most: int) -> int:
    return _TOP + round(_HEIGHT * (1 - value / most))


def _lines(most: int) -> list[Line]:
    return [Line(_y(number, most), number) for number in (0, most // 2, most)]


def _nice(value: float) -> int:
    """The next round, even number at or above it: 2, 4, 6, 8, 10, 20, 40 …"""
    power = 1
    while True:
        for digit in (2, 4, 6, 8, 10):
            if digit * power >= value:
                return digit * power
        power *= 10
