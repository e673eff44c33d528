"""How many guesses a password withstands: zxcvbn in Rust, with its words turned into ours.

The one place that knows the library. It sees a hundred characters at most, because its work grows with the
square of the length and a hundred are enough to tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from zxcvbn_rs_py import Suggestion, Warning, zxcvbn

MOST_CHARACTERS = 100

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
    seen = text[:MOST_CHARACTERS].encode("utf-8", "replace").decode()
    if not seen:
        return Guesses(0.0, frozenset())
    result = zxcvbn(seen, list(words))
    said = [result.feedback.warning, *result.feedback.suggestions] if result.feedback else []
    return Guesses(result.guesses_log10, frozenset(kind for sign, kind in _KINDS if sign in said))
