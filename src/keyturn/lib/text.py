"""Text from strangers: what is refused before anything looks at it."""

import unicodedata
from string import ascii_lowercase, ascii_uppercase

LONGEST_SECRET = 256  # characters of a password; a limit of input, not of strength (NIST asks for at least 64)
_ASCII_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
_LINE_ENDS = "\u2028\u2029\u0085"
_BIDIRECTIONAL = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e")


class TextRefused(ValueError):
    """A text cannot be taken; `reason` is a stable word: empty, too_long, control_character, not_unicode."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def line(raw: str, *, at_most: int, may_be_empty: bool = False) -> str:
    """One line of visible text in NFC without surrounding blanks; raises TextRefused."""
    if len(raw) > at_most * 4:  # so that a megabyte costs nothing before it is refused
        raise TextRefused("too_long")
    refuse_unprintable(raw)
    cleaned = unicodedata.normalize("NFC", raw).strip()
    if not cleaned and not may_be_empty:
        raise TextRefused("empty")
    if len(cleaned) > at_most:
        raise TextRefused("too_long")
    return cleaned


def ascii_lowered(text: str) -> str:
    """The text with ASCII letters lowered and no other: other alphabets fold into signs that are somebody else's."""
    return text.translate(_ASCII_LOWER)


def refuse_unprintable(raw: str) -> None:
    """Raise TextRefused for controls, line ends of any alphabet, lone surrogates, bidirectional, invisible signs."""
    if raw.isprintable():
        return  # nearly always, and at once
    for char in raw:
        category = unicodedata.category(char)
        if category == "Cs":
            raise TextRefused("not_unicode")
        if category == "Cc" or char in _LINE_ENDS or char in _BIDIRECTIONAL or char in _INVISIBLE:
            raise TextRefused("control_character")


def secret(raw: str) -> str:
    """A password as typed: NFC so that every keyboard types the same bytes, never trimmed; raises TextRefused."""
    if len(raw) > LONGEST_SECRET:
        raise TextRefused("too_long")
    if not raw:
        raise TextRefused("empty")
    if not raw.isprintable() and any(unicodedata.category(char) in {"Cs", "Cc"} for char in raw):
        raise TextRefused("control_character")
    return unicodedata.normalize("NFC", raw)
