"""Values of settings in words: for the forms, for whoever was overtaken, and for docs/console.md."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as _


def bounds(column: models.Field) -> tuple[int | None, int | None]:
    """The least and the most that a number may be; None for what is not bounded or no number."""
    if not isinstance(column, models.IntegerField):
        return None, None
    rules = [rule for rule in column._validators if isinstance(rule, MinValueValidator)]
    most = [rule.limit_value for rule in column._validators if isinstance(rule, MaxValueValidator)]
    return max((rule.limit_value for rule in rules), default=0), min(most, default=None)


def bounds_in_words(column: models.Field) -> str:
    """The bounds as a hint says them; empty where there are none."""
    least, most = bounds(column)
    if least is None or most is None:
        return ""
    return _("%(least)d to %(most)d.") % {"least": least, "most": most}


def in_words(column: models.Field, value: Any) -> str:
    """A value as an operator reads it."""
    if isinstance(column, models.BooleanField):
        return _("on") if value else _("off")
    if column.choices:
        return str(dict(column.choices).get(value, value))
    if isinstance(value, list):
        return ", ".join(map(str, value)) or _("none")
    return _("none") if value in (None, "") else str(value)
