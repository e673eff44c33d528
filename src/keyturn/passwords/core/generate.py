"""Temporary passwords (M0.2): ten letters and digits that nobody mistakes for one another.

The tenth is a check character. It lets sign-in decide from the input alone whether to try temporary passwords,
so that its work never depends on the account, and it tells a slip of the finger from a wrong password.

Weights are powers of two modulo 57 = 3 · 19. Each weight, and each difference of two neighbours, has no factor
in common with 57; so every single wrong character and every swap of two neighbours is caught.
"""

import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"  # without 0 O, 1 l I
LENGTH = 10
_VALUE = {character: value for value, character in enumerate(ALPHABET)}


def temporary() -> str:
    """A new one: about 52 bits, with upper case, lower case and a digit; drawn anew until it has all three."""
    while True:
        drawn = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
        candidate = drawn + check_character(drawn)
        if _has_all_classes(candidate):
            return candidate


def has_temporary_shape(text: str) -> bool:
    """Whether this could be one of ours; decided from the text alone."""
    return (
        len(text) == LENGTH
        and all(character in _VALUE for character in text)
        and check_character(text[:-1]) == text[-1]
        and _has_all_classes(text)
    )


def check_character(first: str) -> str:
    """The one that brings the weighted sum of all ten to a multiple of 57."""
    total = sum(_VALUE[character] << place for place, character in enumerate(reversed(first), start=1))
    return ALPHABET[-total % len(ALPHABET)]


def _has_all_classes(text: str) -> bool:
    return any(map(str.isupper, text)) and any(map(str.islower, text)) and any(map(str.isdigit, text))
