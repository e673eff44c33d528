"""The one judgement of a new password: how strong, good enough or not, why not, and what would help.

Strength is the number of guesses (zxcvbn), with the person's own data and the tenant's words counted as nothing:
they are cut out and what remains is judged, too. Five points for each power of ten; the levels follow.
"""

from dataclasses import dataclass
from enum import IntEnum

from keyturn.lib import guesses
from keyturn.passwords.core import own_data, patterns
from keyturn.passwords.core.presets import MOST_CHARACTERS, Requirements

HINTS = (
    "longer",
    "add_variety",
    "avoid_common",
    "avoid_own_data",
    "avoid_sequence",
    "avoid_repeats",
    "avoid_keyboard",
    "avoid_dates",
)
FAILURES = (
    "too_long",
    "too_short",
    "needs_capital",
    "needs_number",
    "needs_special",
    "common",
    "leaked",
    "own_data",
    "too_weak",
)
_POINTS = 5  # for each power of ten of guesses; 20 powers are the full score
_MOST_WHEN_KNOWN, _MOST_WHEN_REFUSED = 10, 44  # points of what is on a list, and of what is refused otherwise
_LEAST_VARIETY = 5  # different characters


class Level(IntEnum):
    """The five words of the meter; nothing below ACCEPTABLE is saved (M4.5)."""

    POOR, WEAK, ACCEPTABLE, GOOD, EXCELLENT = range(5)

    @classmethod
    def of(cls, score: int) -> "Level":
        """The level of a score: 30, 45, 65 and 85 points, which are 10^6, 10^9, 10^13 and 10^17 guesses."""
        return cls(sum(score >= bound for bound in (30, 45, 65, 85)))


@dataclass(frozen=True)
class Context:
    """What a password is judged against. `about` is the person's own data, `words` the tenant's.

    `common` and `leaked` say whether it stands on a list of common or of leaked passwords.
    """

    requirements: Requirements
    about: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    common: bool = False
    leaked: bool = False


@dataclass(frozen=True)
class Judgement:
    """Score 0 to 100, its level, and stable codes: why it is refused, and what would help (passwords.wording)."""

    score: int
    level: Level
    failures: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()

    @property
    def acceptable(self) -> bool:
        """Whether it may be saved."""
        return not self.failures


def judge(text: str, context: Context) -> Judgement:
    """Judge a password of any length and content; a megabyte is refused before it is looked at."""
    if len(text) > MOST_CHARACTERS:
        return Judgement(0, Level.POOR, failures=("too_long",))
    strength = _strength(text, context)
    broken = _broken_rules(text, context, _points(strength.log10))
    score = _score(_points(strength.log10), broken)
    failures = tuple(code for code in FAILURES if code in broken)
    hints = _hints(text, context, strength) if score < 100 else set()
    return Judgement(score, Level.of(score), failures, tuple(code for code in HINTS if code in hints))


def _strength(text: str, context: Context) -> guesses.Guesses:
    """Guesses for the whole, or for what remains without own data and words, whichever are fewer."""
    words = own_data.parts((*context.words, *context.about))
    whole = guesses.count(text, words)
    remainder = own_data.without(text, words)
    if remainder == text:
        return whole
    rest = guesses.count(remainder)
    return guesses.Guesses(min(whole.log10, rest.log10), whole.weaknesses | rest.weaknesses)


def _broken_rules(text: str, context: Context, points: int) -> set[str]:
    wanted = context.requirements
    rules = {
        "too_short": len(text) < wanted.min_length,
        "needs_capital": wanted.needs_capital and not any(map(str.isupper, text)),
        "needs_number": wanted.needs_number and not any(map(str.isdigit, text)),
        "needs_special": wanted.needs_special and all(map(str.isalnum, text)),
        "common": context.common,
        "leaked": context.leaked,
        "own_data": own_data.stands_in(text, context.about),
        "too_weak": Level.of(points) < Level.ACCEPTABLE or len(set(text)) < _LEAST_VARIETY,
    }
    return {code for code, is_broken in rules.items() if is_broken}


def _score(points: int, broken: set[str]) -> int:
    """The meter never praises what will not be saved."""
    if broken & {"common", "leaked"}:
        return min(points, _MOST_WHEN_KNOWN)
    return min(points, _MOST_WHEN_REFUSED) if broken else points


def _points(log10: float) -> int:
    return max(0, min(100, int(log10 * _POINTS)))


def _hints(text: str, context: Context, strength: guesses.Guesses) -> set[str]:
    found = {
        "longer": len(text) < context.requirements.min_length or strength.log10 * _POINTS < 65,
        "add_variety": patterns.kinds(text) < 2 or len(set(text)) < _LEAST_VARIETY,
        "avoid_common": context.common or context.leaked or "common" in strength.weaknesses,
        "avoid_own_data": own_data.without(text, own_data.parts((*context.words, *context.about))) != text,
        "avoid_sequence": "sequence" in strength.weaknesses or patterns.has_sequence(text),
        "avoid_repeats": "repeats" in strength.weaknesses or patterns.has_repeats(text),
        "avoid_keyboard": "keyboard" in strength.weaknesses,
        "avoid_dates": "dates" in strength.weaknesses or patterns.has_year(text),
    }
    return {code for code, is_so in found.items() if is_so}
