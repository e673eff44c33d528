"""The meter in words: what pages show of a judgement while somebody types and after a form was sent (M4.5)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from keyturn.passwords import wording
from keyturn.passwords.core.judge import Judgement
from keyturn.passwords.core.presets import Requirements


@dataclass(frozen=True)
class Shown:
    """`key` colours the segments, `word` names the level, `sentences` say what is missing and what would help."""

    key: str
    word: str
    sentences: tuple[str, ...]


def shown(judgement: Judgement, requirements: Requirements) -> Shown:
    """What a page shows of a judgement; what the level already says is not said again."""
    codes = dict.fromkeys((*judgement.failures, *judgement.hints))
    if len(codes) > 1:
        codes.pop("too_weak", None)
    return Shown(
        key=judgement.level.name.lower(),
        word=str(wording.level(judgement.level)),
        sentences=tuple(str(wording.explain(code, least=requirements.min_length)) for code in codes),
    )


def wanted(requirements: Requirements) -> str:
    """What a new password must have, in a sentence that stands there before anything was typed."""
    values = {"least": requirements.min_length}
    if requirements.needs_capital or requirements.needs_number or requirements.needs_special:
        return _("At least %(least)d characters, with a capital letter, a number and a special character.") % values
    return _("At least %(least)d characters. A few unrelated words make a good one.") % values
