"""Regular expressions that an organization typed: read and matched by RE2, so that none of them can hang a process.

RE2 takes time in proportion to the text, whatever the pattern. What needs more than that (looking ahead or behind,
repeating what an earlier group found, huge repetitions) is refused when the pattern is saved.
"""

from functools import lru_cache

import re2

LONGEST = 200  # signs of a pattern
_MOST_MEMORY = 1 << 20  # bytes for one compiled pattern; the library's own limit is eight times that


class PatternRefused(ValueError):
    """Not a pattern that RE2 reads; the message says which part of it, in the library's words."""


def check(pattern: str) -> None:
    """Raise PatternRefused for what could not be matched."""
    _compiled(pattern)


def fits(pattern: str, line: str) -> bool:
    """Whether the whole line is of this pattern; raises PatternRefused."""
    return _compiled(pattern).fullmatch(line) is not None


@lru_cache(maxsize=64)
def _compiled(pattern: str):
    if len(pattern) > LONGEST:
        raise PatternRefused("too long")
    options = re2.Options()
    options.max_mem = _MOST_MEMORY
    options.log_errors = False
    try:
        return re2.compile(pattern, options=options)
    except (re2.error, UnicodeError) as problem:
        raise PatternRefused(_words(problem)) from None


def _words(problem: Exception) -> str:
    said = problem.args[0] if problem.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else "not text"
