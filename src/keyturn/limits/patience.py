"""How long somebody must wait after wrong passwords in a row (docs/security.md, Limits). Pure arithmetic.

The first four cost nothing. From the fifth on the pause doubles, from one second to a quarter of an hour.
"""

from datetime import timedelta

FREE = 4
LONGEST = timedelta(minutes=15)
CLOSES_AT = 100  # consecutive failures from unknown devices; then only known ones, until the password was changed


def pause_after(failures: int) -> timedelta:
    """The pause that follows so many failures in a row."""
    if failures <= FREE:
        return timedelta(0)
    doublings = min(failures - FREE - 1, 20)  # more would only make a number that nobody reads
    return min(LONGEST, timedelta(seconds=2**doublings))


def pauses() -> tuple[timedelta, ...]:
    """The pauses after the first, the second, … failure, up to the first that is the longest."""
    ladder = [pause_after(1)]
    while ladder[-1] < LONGEST:
        ladder.append(pause_after(len(ladder) + 1))
    return tuple(ladder)
