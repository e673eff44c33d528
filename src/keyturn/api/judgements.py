"""A judgement of a password, in the words of this door."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from keyturn.api import problems
from keyturn.passwords import judgement as judging
from keyturn.passwords import wording
from keyturn.passwords.core.judge import Judgement


def told(judgement: Judgement) -> dict[str, Any]:
    """Score, level, and every code with its sentence."""
    least = judging.rules_of_tenant().requirements.min_length
    return {
        "score": judgement.score,
        "level": judgement.level.name.lower(),
        "acceptable": judgement.acceptable,
        "failures": [_advice(code, least) for code in judgement.failures],
        "hints": [_advice(code, least) for code in judgement.hints],
    }


def weak(request: HttpRequest, judgement: Judgement) -> HttpResponse:
    """The problem that says why a new password was not taken."""
    return problems.answer(request, "weak_password", judgement=told(judgement))


def _advice(code: str, least: int) -> dict[str, str]:
    return {"code": code, "text": str(wording.explain(code, least=least))}
