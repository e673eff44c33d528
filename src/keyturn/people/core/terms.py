"""What finds a person in a search: terms, as bytes, which sort alike on every database and in every language.

A search is a range of them. A name is kept once beginning with each of its words, so that `lind`, `mara l` and
`lind mara` each begin a term; a number is kept forwards and backwards, so that its last digits find it, too.
Here letters are folded generously: this finds people for staff to look at and proves nobody's identity.
"""

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 48  # bytes of a term; more letters than that tell nobody apart
_WORDS, _FORWARDS, _BACKWARDS = b"w", b"n", b"r"
_MOST_WORDS = 8
_NUMBER = re.compile(r"[\d\s()+./-]{3,}")


@dataclass(frozen=True)
class Range:
    """The terms from `first` up to, but without, `end`."""

    first: bytes
    end: bytes


def of_name(name: str) -> set[bytes]:
    """The terms of a name: it begins with each of its words in turn."""
    words = _words(name)[:_MOST_WORDS]
    turned = (" ".join(words[place:] + words[:place]) for place in range(len(words)))
    return {_term(_WORDS, one) for one in turned}


def of_text(text: str) -> set[bytes]:
    """The term of an identifier or email address."""
    return {_term(_WORDS, _folded(text))}


def of_number(e164: str) -> set[bytes]:
    """The terms of a phone number."""
    digits = _digits(e164)
    return {_term(_FORWARDS, digits), _term(_BACKWARDS, digits[::-1])}


def looks_like_number(typed: str) -> bool:
    """Whether somebody who types this may mean a phone number."""
    return _NUMBER.fullmatch(typed.strip()) is not None and len(_digits(typed)) >= 3


def ranges(typed: str) -> list[Range]:
    """Where the terms lie that begin with what was typed: as it stands, and as words; none for nothing."""
    wanted = {_folded(typed), " ".join(_words(typed))} - {""}
    return [_beginning(_WORDS, one) for one in sorted(wanted)]


def words(typed: str) -> list[Range]:
    """One range for each word of a search of several, the longest word first."""
    several = sorted(set(_words(typed)), key=lambda word: (-len(word), word))[:_MOST_WORDS]
    return [_beginning(_WORDS, word) for word in several]


def turns(term: bytes) -> list[bytes]:
    """What a name's term says without another look: a term for each of its words, the last perhaps cut short."""
    return [term[:1] + word for word in term[1:].split(b" ")]


def number_ranges(typed: str, country_code: str) -> list[Range]:
    """Where the numbers lie that begin with these digits, with or without their country code, or end with them."""
    digits = _digits(typed)
    national = digits.lstrip("0")
    begun = {digits, country_code + national} if national else {digits}
    ended = {one[::-1] for one in (digits, national) if len(one) >= 4}
    forwards = [_beginning(_FORWARDS, one) for one in sorted(begun)]
    return forwards + [_beginning(_BACKWARDS, one) for one in sorted(ended)]


def _beginning(kind: bytes, text: str) -> Range:
    first = _term(kind, text)
    return Range(first, first + b"\xff")  # no UTF-8 has this byte


def _term(kind: bytes, text: str) -> bytes:
    return (kind + text.encode("utf-8", "replace"))[:LONGEST]


def _words(text: str) -> list[str]:
    return [word for part in re.split(r"[\s,;_-]+", _folded(text)) if (word := _letters(part))]


def _letters(part: str) -> str:
    """Signs within a word do not matter, so that OHara finds O'Hara; in an address they do."""
    return part if "@" in part else "".join(char for char in part if char.isalnum())


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text[:256].strip()).casefold()
    return " ".join("".join(char for char in apart if unicodedata.category(char) != "Mn").split())


def _digits(text: str) -> str:
    return "".join(str(unicodedata.digit(char)) for char in text[:64] if char.isdigit())
