"""The person's own data in a password: found whatever its case, its accents and its zeros for o."""

import re
import unicodedata
from collections.abc import Iterable

_SHORTEST = 3  # characters of a part that guessers would try
_SHORTEST_INSIDE = 4  # a part that is refused within a longer word: `ann` in `planning` is nobody's name
_MOST_PARTS = 60
_BREAKS = re.compile(r"[\W_]+")
_LOOK_ALIKES = str.maketrans("013457@$!", "oieastasi")


def parts(values: Iterable[str]) -> tuple[str, ...]:
    """Every value whole and in its parts between signs and blanks, folded, each once, in the order given."""
    found: dict[str, None] = {}
    for value in values:
        folded = fold(value[:300])
        for part in (_BREAKS.sub("", folded), *_BREAKS.split(folded)):
            if len(part) >= _SHORTEST:
                found[part] = None
    return tuple(found)[:_MOST_PARTS]


def stands_in(text: str, about: Iterable[str]) -> bool:
    """Whether the person's name, identifier or another own thing is part of the password."""
    folded = fold(text)
    readings = (folded, folded.translate(_LOOK_ALIKES), _BREAKS.sub("", folded))
    words = {word for reading in readings for word in re.split(r"[\W\d_]+", reading)}
    return any(
        part in words or (len(part) >= _SHORTEST_INSIDE and any(part in reading for reading in readings))
        for part in parts(about)
    )


def without(text: str, words: Iterable[str]) -> str:
    """The text with every such word cut out, longest first; the text itself when there is none in it."""
    folded = fold(text)
    if len(folded) != len(text):  # a letter that folds into two: positions no longer agree
        text = folded
    readable = folded.translate(_LOOK_ALIKES)
    kept = [True] * len(text)
    for word in words:
        for reading in (folded, readable):
            for place in _places(reading, word):
                kept[place : place + len(word)] = [False] * len(word)
    return "".join(char for char, stays in zip(text, kept, strict=True) if stays)


def fold(text: str) -> str:
    """Lower case, without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))


def _places(text: str, word: str) -> Iterable[int]:
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + 1)
