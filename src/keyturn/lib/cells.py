"""Cells of CSV files that leave: quoted after RFC 4180, and never a formula in anybody's spreadsheet (ASVS 1.2.10).

A cell that a spreadsheet would calculate gets an apostrophe in front, which the spreadsheet takes for "this is
text"; `plain` takes it away again, so that a file that left can come back.
"""

from collections.abc import Iterable

_FORMULA = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")  # the last four are full-width = + - @
_GUARD = "'"


def neutral(text: str) -> str:
    """A cell's text that calculates nothing; NUL and lone surrogates, which break readers, are shown as U+FFFD."""
    shown = "".join("\ufffd" if char == "\0" or "\ud800" <= char <= "\udfff" else char for char in text)
    return _GUARD + shown if _would_calculate(shown) else shown


def plain(cell: str) -> str:
    """What was in a cell before `neutral` made it safe."""
    return cell[1:] if cell.startswith(_GUARD) and _would_calculate(cell[1:]) else cell


def line(cells: Iterable[object]) -> str:
    """One line of a CSV file, every cell neutral and quoted; None is an empty cell."""
    texts = ("" if cell is None else neutral(str(cell)) for cell in cells)
    return ",".join('"' + text.replace('"', '""') + '"' for text in texts) + "\r\n"


def _would_calculate(text: str) -> bool:
    """Blanks in front, and a guard that was there before, change nothing for those who calculate."""
    return text.lstrip(" \u00a0" + _GUARD)[:1] in _FORMULA
