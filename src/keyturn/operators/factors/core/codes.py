"""Codes that are typed: six digits of an authenticator app, ten characters of a recovery code. Pure."""

import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime

SECONDS = 30  # the length of a step (RFC 6238 §5.2)
DIGITS = 6
CLOCKS_DIFFER_BY = 1  # steps before and after the present one that count, too (RFC 6238 §5.2)
RECOVERY_CODES = 10  # in a set; a new set ends the former
RECOVERY_LENGTH = 10  # characters: 49 bits, of which nobody may guess more than a few an hour
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0 and o, no 1, i and l
LONGEST = 40


class CodeMalformed(ValueError):
    """What was typed is neither six digits nor a recovery code."""


@dataclass(frozen=True)
class AppCode:
    """Six digits."""

    digits: str = field(repr=False)


@dataclass(frozen=True)
class SpareCode:
    """A recovery code in the form that is digested."""

    text: str = field(repr=False)


def read(typed: str) -> AppCode | SpareCode:
    """Which kind of code this is, however it was grouped; raises CodeMalformed."""
    if len(typed) > LONGEST:
        raise CodeMalformed
    joined = "".join(sign for sign in unicodedata.normalize("NFKC", typed) if not sign.isspace() and sign != "-")
    if len(joined) == DIGITS and joined.isascii() and joined.isdigit():
        return AppCode(joined)
    lowered = joined.lower()
    if len(lowered) == RECOVERY_LENGTH and all(sign in ALPHABET for sign in lowered):
        return SpareCode(lowered)
    raise CodeMalformed


def steps_at(now: datetime) -> tuple[int, ...]:
    """The numbers of the steps whose codes are taken at this moment, the oldest first."""
    present = int(now.timestamp()) // SECONDS
    return tuple(range(present - CLOCKS_DIFFER_BY, present + CLOCKS_DIFFER_BY + 1))


def draw_recovery_codes() -> list[str]:
    """A new set, all different."""
    drawn: set[str] = set()
    while len(drawn) < RECOVERY_CODES:
        drawn.add("".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LENGTH)))
    return sorted(drawn)


def shown(code: str) -> str:
    """A recovery code as it is written on paper."""
    return f"{code[:5]}-{code[5:]}"
