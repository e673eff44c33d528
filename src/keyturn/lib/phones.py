"""Phone numbers, in E.164 once inside. Extensions are refused: no text message reaches one."""

from dataclasses import dataclass

import phonenumbers

from keyturn.lib.text import TextRefused, refuse_unprintable


class PhoneRefused(ValueError):
    """Not a number we can use; `reason`: empty, too_long, has_extension, not_a_number, control_character."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Phone:
    """A number as E.164, its country code, and the national number (area code and local number)."""

    e164: str
    country_code: str
    national: str

    @property
    def masked(self) -> str:
        """All but the last two digits hidden."""
        return f"•••{self.e164[-2:]}"


def parse(raw: str, region: str = "US") -> Phone:
    """Read any usual spelling; a number without a country code belongs to `region`. Raises PhoneRefused."""
    if len(raw) > 64:
        raise PhoneRefused("too_long")
    if not raw.strip():
        raise PhoneRefused("empty")
    try:
        refuse_unprintable(raw)
    except TextRefused as problem:
        raise PhoneRefused(problem.reason) from problem
    try:
        number = phonenumbers.parse(raw, region)
    except phonenumbers.NumberParseException as problem:
        raise PhoneRefused("not_a_number") from problem
    if number.extension:
        raise PhoneRefused("has_extension")
    if not phonenumbers.is_possible_number(number):
        raise PhoneRefused("not_a_number")
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(e164, str(number.country_code), phonenumbers.national_significant_number(number))


def country_code(region: str) -> str:
    """The digits with which numbers of a region begin; `0` for none, which begins no number."""
    return str(phonenumbers.country_code_for_region(region))
