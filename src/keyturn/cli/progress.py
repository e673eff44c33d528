"""A bar that grows, on terminals only."""

import sys
import time
from types import TracebackType
from typing import Self

_WIDTH = 30
_LEAST_PAUSE = 0.1  # seconds between two drawings


class Bar:
    """Drawn on standard error while the block runs; call `advance` once for every piece of work."""

    def __init__(self, what: str, total: int):
        self._what, self._total, self._done, self._drawn_at = what, total, 0, 0.0
        self._is_shown = total > 0 and sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        if self._is_shown:
            self._draw()
            print(file=sys.stderr)

    def advance(self) -> None:
        """One more is done."""
        self._done += 1
        if self._is_shown and time.monotonic() - self._drawn_at >= _LEAST_PAUSE:
            self._draw()

    def _draw(self) -> None:
        self._drawn_at = time.monotonic()
        share = min(1.0, self._done / self._total)
        full = round(_WIDTH * share)
        print(
            f"\r{'█' * full}{'░' * (_WIDTH - full)} {self._done}/{self._total} {self._what}", end="", file=sys.stderr
        )
