"""What a human reads for every failure and hint of a judgement. The codes are stable; the sentences are not."""

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

_FAILURES = {
    "too_long": _("Use at most 256 characters."),
    "too_short": _("Use more characters."),
    "needs_capital": _("Add a capital letter."),
    "needs_number": _("Add a number."),
    "needs_special": _("Add a special character, such as ! or ?."),
    "common": _("This is one of the most common passwords. Choose another."),
    "leaked": _("This password has appeared in a data leak. Choose another."),
    "own_data": _("Leave out your name, user name, address and phone number."),
    "too_weak": _("This password is too easy to guess."),
    "same_as_temporary": _("Choose a password that differs from the temporary one."),
    "same_as_current": _("Choose a password that differs from your current one."),
}
_HINTS = {
    "longer": _("A longer password is stronger; three or four unrelated words are easy to remember."),
    "add_variety": _("Use more different characters."),
    "avoid_common": _("Avoid words and passwords that many people use."),
    "avoid_own_data": _("Avoid your own data and the name of your organization."),
    "avoid_sequence": _("Avoid sequences such as abcd or 4321."),
    "avoid_repeats": _("Avoid repeated characters and words."),
    "avoid_keyboard": _("Avoid rows of neighbouring keys."),
    "avoid_dates": _("Avoid dates and years."),
}
_LEVELS = (_("Poor"), _("Weak"), _("Acceptable"), _("Good"), _("Excellent"))
_AT_LEAST = _("Use at least {least} characters.")


def explain(code: str, *, least: int | None = None) -> str | Promise:
    """The translated sentence for a failure or a hint; `least` is the minimum length, where it is known."""
    if code == "too_short" and least is not None:
        return format_lazy(_AT_LEAST, least=least)
    return _FAILURES.get(code) or _HINTS[code]


def level(value: int) -> str | Promise:
    """The word on the meter for a level."""
    return _LEVELS[value]
