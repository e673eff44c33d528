"""Patterns that a person sees at once when told: runs, repeats, years."""

import itertools
import re

_RUN = 4  # characters
_REPEAT = re.compile(r"(.)\1\1|(.{2,10}?)\2")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def has_sequence(text: str) -> bool:
    """Whether four or more neighbours climb or fall by one: abcd, 4321."""
    codes = [ord(char) for char in text.lower()]
    steps = [after - before for before, after in itertools.pairwise(codes)]
    runs = zip(*(steps[place:] for place in range(_RUN - 1)), strict=False)
    return any(len(set(run)) == 1 and run[0] in (1, -1) for run in runs)


def has_repeats(text: str) -> bool:
    """Whether a character comes three times in a row, or a group twice."""
    return _REPEAT.search(text) is not None


def has_year(text: str) -> bool:
    """Whether a year of the last or this century stands in it."""
    return _YEAR.search(text) is not None


def kinds(text: str) -> int:
    """How many of lower case, upper case, digits, other signs and blanks are in it."""
    tests = (str.islower, str.isupper, str.isdigit, lambda char: not char.isalnum() and char != " ", str.isspace)
    return sum(any(map(test, text)) for test in tests)
