"""SMS through a mobile carrier's email gateway: a short plain mail to the number at the carrier's domain."""

import re
from dataclasses import replace

from keyturn.lib import phones
from keyturn.outbox.transports.base import Outgoing, Receipt, Refused, Transport

FORMATS = {  # how the local part is spelled (M0.16); any other format is a pattern of these same items
    "10-digit": "{national}",
    "with-country-code": "{cc}{national}",
    "e164": "+{cc}{national}",
}
_PATTERN = re.compile(r"(?:[A-Za-z0-9+._-]|\{cc\}|\{national\})+")


class PatternRefused(ValueError):
    """A number format is neither one of FORMATS nor a pattern of {cc}, {national}, letters, digits and + . _ -."""


class CarrierGateway(Transport):
    """Text messages through one carrier, carried there by a mail transport."""

    def __init__(self, by_mail: Transport, sms_domain: str, number_format: str):
        self.name = by_mail.name
        self._by_mail = by_mail
        self._domain = sms_domain
        self._format = number_format

    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand it to the carrier: no subject and no HTML, which gateways would put into the text."""
        try:
            to = f"{local_part(outgoing.to, self._format)}@{self._domain}"
        except (PatternRefused, phones.PhoneRefused) as problem:
            raise Refused(f"the number does not fit the carrier's format: {problem}") from problem
        return self._by_mail.send(replace(outgoing, to=to, subject="", html=""))


def local_part(number: str, number_format: str) -> str:
    """A number in E.164 as a carrier wants it before the @; raises PatternRefused."""
    phone = phones.parse(number)
    if number_format == "10-digit" and len(phone.national) != 10:
        raise PatternRefused("not a number of ten digits")
    pattern = pattern_of(number_format)
    return pattern.replace("{cc}", phone.country_code).replace("{national}", phone.national)


def pattern_of(number_format: str) -> str:
    """The pattern behind a format; a custom one must hold {national}. Raises PatternRefused."""
    pattern = FORMATS.get(number_format, number_format)
    if not _PATTERN.fullmatch(pattern) or "{national}" not in pattern:
        raise PatternRefused(f"{number_format!r} is no number format")
    return pattern
