"""Crockford's base 32: signs that can be read out over the telephone and typed by whoever hears them.

There is no I, L, O or U among them; who hears an O types a zero or an O, and both are read as the same.
"""

import secrets
import unicodedata

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

_LONGEST = 64  # characters of a typed text; nothing in these signs is half as long
_HEARD = str.maketrans("abcdefghijklmnopqrstuvwxyzOIL", "ABCDEFGH1JK1MN0PQRSTUVWXYZ011")  # ASCII alone is folded
_MINUS = "\u2212"  # a sign of mathematics, which some keyboards type for a dash


def draw(count: int) -> str:
    """So many signs from the system's generator, five bits each."""
    return "".join(secrets.choice(SIGNS) for _ in range(count))


def read(typed: str, count: int) -> str | None:
    """Exactly so many signs, however they were typed; None for everything else.

    Case, width, blanks and dashes do not matter, O is 0, I and L are 1.
    """
    if len(typed) > _LONGEST:
        return None
    plain = unicodedata.normalize("NFKC", typed)
    if len(plain) > _LONGEST:  # one character may become eighteen
        return None
    heard = "".join(char for char in plain if not _is_gap(char)).translate(_HEARD)
    return heard if len(heard) == count and all(sign in SIGNS for sign in heard) else None


def _is_gap(char: str) -> bool:
    return char.isspace() or char == _MINUS or unicodedata.category(char) == "Pd"
