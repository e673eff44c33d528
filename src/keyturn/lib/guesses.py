"""How many guesses a password withstands: zxcvbn in Rust, with its words turned into ours.

The one place that knows the library, and that bounds its work. That grows with the square of the length, so it
sees 64 characters; and with every way to read signs as letters, so a text with too many of these is shown with
some signs replaced. Unbounded, a hundred characters full of such signs took 800 ms of CPU; bounded, it takes 20.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from zxcvbn_rs_py import Suggestion, Warning, zxcvbn

MOST_CHARACTERS = 64
_MOST_READINGS = 12
_SIGNS_FOR = ("4@", "({[<", "69", "1!|", "1|7", "$5", "+7")  # of one letter each, as the library reads them
_MEANINGLESS = dict(zip("@({[<!|$+", "~`^*-_=;:", strict=True))  # signs that it reads as nothing else

_KINDS = [  # the library's values are equal but not hashable, hence a list
    (Warning.StraightRowsOfKeysAreEasyToGuess, "keyboard"),
    (Warning.ShortKeyboardPatternsAreEasyToGuess, "keyboard"),
    (Suggestion.UseALongerKeyboardPatternWithMoreTurns, "keyboard"),
    (Warning.RepeatsLikeAaaAreEasyToGuess, "repeats"),
    (Warning.RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess, "repeats"),
    (Suggestion.AvoidRepeatedWordsAndCharacters, "repeats"),
    (Warning.SequencesLikeAbcAreEasyToGuess, "sequence"),
    (Suggestion.AvoidSequences, "sequence"),
    (Warning.RecentYearsAreEasyToGuess, "dates"),
    (Warning.DatesAreOftenEasyToGuess, "dates"),
    (Suggestion.AvoidRecentYears, "dates"),
    (Suggestion.AvoidYearsThatAreAssociatedWithYou, "dates"),
    (Suggestion.AvoidDatesAndYearsThatAreAssociatedWithYou, "dates"),
    (Warning.ThisIsATop10Password, "common"),
    (Warning.ThisIsATop100Password, "common"),
    (Warning.ThisIsACommonPassword, "common"),
    (Warning.ThisIsSimilarToACommonlyUsedPassword, "common"),
    (Warning.AWordByItselfIsEasyToGuess, "common"),
    (Warning.NamesAndSurnamesByThemselvesAreEasyToGuess, "common"),
    (Warning.CommonNamesAndSurnamesAreEasyToGuess, "common"),
]


@dataclass(frozen=True)
class Guesses:
    """The decimal logarithm of the guesses needed, and what makes it so few.

    `weaknesses` are among keyboard, repeats, sequence, dates, common.
    """

    log10: float
    weaknesses: frozenset[str]


def count(text: str, words: Sequence[str] = ()) -> Guesses:
    """Judge a text, with words that a guesser of this very person would try early."""
    seen = _readable(_unicode(text[:MOST_CHARACTERS]))
    if not seen:
        return Guesses(0.0, frozenset())
    result = zxcvbn(seen, [_unicode(word) for word in words])
    said = [result.feedback.warning, *result.feedback.suggestions] if result.feedback else []
    return Guesses(result.guesses_log10, frozenset(kind for sign, kind in _KINDS if sign in said))


def _unicode(text: str) -> str:
    """The text with lone surrogates as question marks: the library speaks UTF-8."""
    return text.encode("utf-8", "replace").decode()


def _readable(text: str) -> str:
    """The text with so many signs replaced, those that come last first, that its readings are few."""
    signs = [char for char in dict.fromkeys(text) if char in _MEANINGLESS]
    while signs and _readings(text) > _MOST_READINGS:
        sign = signs.pop()
        text = text.replace(sign, _MEANINGLESS[sign])
    return text


def _readings(text: str) -> int:
    """In how many ways the signs of a text can be read as letters."""
    present = set(text)
    return math.prod(max(1, len(present.intersection(signs))) for signs in _SIGNS_FOR)
