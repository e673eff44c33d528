"""The new password of an operator, at a welcome link and on the own page: one set of requirements for all of them."""

from typing import Any

from keyturn.door.forms import DOES_NOT_SUFFICE, Form
from keyturn.operators.models import Operator
from keyturn.passwords import commonest, meter
from keyturn.passwords.core import presets
from keyturn.passwords.core.judge import Context, judge

OPERATORS = presets.PRESETS["strict"]  # whoever rules others has one password between them and all of those


def requirements() -> Any:
    """What is wanted of it, in a sentence."""
    return meter.wanted(OPERATORS)


def judged(password: str, operator: Operator, form: Form) -> Any:
    """How good it is, for the page; one that does not suffice is refused at its field."""
    about = tuple(part for part in (operator.username, *operator.email.split("@")) if part)
    judgement = judge(password, Context(OPERATORS, about=about, common=commonest.contains(password)))
    if not judgement.acceptable:
        form.refuse("new_password", DOES_NOT_SUFFICE)
    return meter.shown(judgement, OPERATORS)
