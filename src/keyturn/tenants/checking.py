"""What value a setting may have, whoever sets it: the column's own rules, and those that a column cannot say."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from phonenumbers import SUPPORTED_REGIONS

from keyturn.lib import colour, patterns, seal, text
from keyturn.tenants.models import Tenant

MOST_WORDS, LONGEST_WORD = 100, 50
_APP = re.compile(
    r"(?:https?://)?(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,180}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?(?:/[!-~]*)?"
)
_COLOURS = {
    "not_a_colour": _("Write a colour as # and six hexadecimal digits, like #0d5c55."),
    "too_light": _("This colour is too light: words in it could not be read on white. Choose a darker one."),
}
_TEXTS = {
    "empty": _("This may not be empty."),
    "too_long": _("This is too long."),
    "control_character": _("This contains signs that cannot be seen. Type it by hand."),
    "not_unicode": _("This contains signs that are not text. Type it by hand."),
}


class SettingRefused(ValueError):
    """A setting cannot have this value; `name` says which, `sentence` what to do."""

    def __init__(self, name: str, sentence: str | Promise):
        super().__init__(name)
        self.name = name
        self.sentence = sentence


def checked(name: str, value: Any) -> Any:
    """The value as it is kept; raises SettingRefused."""
    column = Tenant._meta.get_field(name)
    try:
        if isinstance(value, str):
            value = text.line(value, at_most=column.max_length, may_be_empty=column.blank)
        value = _OWN[name](value) if name in _OWN and value not in ("", None) else value
        return column.clean(value, None)
    except text.TextRefused as problem:
        raise SettingRefused(name, _TEXTS[problem.reason]) from problem
    except ValidationError as problem:
        raise SettingRefused(name, " ".join(problem.messages)) from problem


def refuse_contradictions(settings: Mapping[str, Any]) -> None:
    """Raise SettingRefused where two settings cannot both hold."""
    for hour, day in (("mails_per_hour", "mails_per_day"), ("resets_per_hour", "resets_per_day")):
        if settings[hour] > settings[day]:
            raise SettingRefused(day, _("In a day there cannot be fewer than in an hour."))


def _pattern(value: str) -> str:
    try:
        patterns.check(value)
    except patterns.PatternRefused as problem:
        sentence = _("RE2 cannot read this pattern (%(problem)s). Looking ahead or behind and \\1 are not known.")
        raise ValidationError(sentence, params={"problem": str(problem)[:100]}) from problem
    return value


def _region(value: str) -> str:
    if value.upper() not in SUPPORTED_REGIONS:
        raise ValidationError(_("Write a country in two capitals, like US."))
    return value.upper()


def _colour(value: str) -> str:
    try:
        return colour.parse(value)
    except colour.ColourRefused as problem:
        raise ValidationError(_COLOURS[problem.reason]) from problem


def _app(value: str) -> str:
    if not _APP.fullmatch(value):
        raise ValidationError(_("Write a host name or an IP address, like app.example.com."))
    return value


def _public_key(value: str) -> str:
    try:
        seal.public_key(value)
    except ValueError as problem:
        raise ValidationError(_("Write an X25519 public key in base64: 44 signs, the last of them =.")) from problem
    return value


def _words(value: list[str]) -> list[str]:
    words = [text.line(word, at_most=LONGEST_WORD, may_be_empty=True) for word in value]
    if len(words) > MOST_WORDS:
        raise ValidationError(_("A hundred words at most."))
    return list(dict.fromkeys(word for word in words if word))


_OWN = {
    "identifier_pattern": _pattern,
    "phone_region": _region,
    "accent_colour": _colour,
    "desktop_app_url": _app,
    "phone_app_url": _app,
    "password_words": _words,
    "hand_on_key": _public_key,
}
