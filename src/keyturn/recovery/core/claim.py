"""What somebody says before any proof: a user name or an email address, perhaps a phone number."""

from dataclasses import dataclass

from keyturn.lib import addresses, phones, text
from keyturn.lib.addresses import AddressRefused, EmailAddress
from keyturn.lib.phones import Phone, PhoneRefused
from keyturn.lib.text import TextRefused

LONGEST_IDENTIFIER = 254


class ClaimRefused(ValueError):
    """A field of the claim cannot be read; `field` names it, `reason` is a stable word."""

    def __init__(self, field: str, reason: str):
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


@dataclass(frozen=True)
class Claim:
    """Plain strings, already checked; empty where nothing was said. `phone` is in E.164.

    A page asks for an `identifier`, which may be an email address; the API asks for an `email`.
    """

    identifier: str = ""
    email: str = ""
    phone: str = ""

    def __repr__(self) -> str:
        return "Claim(…)"

    @property
    def name(self) -> str:
        """What the person is to be found by."""
        return self.email or self.identifier

    def email_address(self) -> EmailAddress | None:
        """The name as an email address, or None when it is a user name."""
        try:
            return addresses.parse(self.name)
        except AddressRefused:
            return None

    def phone_number(self) -> Phone | None:
        """The phone number, or None when none was said."""
        try:
            return phones.parse(self.phone)
        except PhoneRefused:
            return None

    @property
    def masked(self) -> str:
        """The claim as the request log may keep it: m***@m***.example, •••01."""
        address, number = self.email_address(), self.phone_number()
        name = address.masked if address else f"{self.name[:1]}***"
        return f"{name} {number.masked}" if number else name


def read(*, identifier: str = "", email: str = "", phone: str = "", region: str = "US") -> Claim:
    """A claim from what strangers typed; raises ClaimRefused. A number without a country code is of `region`."""
    return Claim(
        identifier=_checked("identifier", identifier, _identifier),
        email=_checked("email", email, lambda raw: addresses.parse(raw).raw),
        phone=_checked("phone", phone, lambda raw: phones.parse(raw, region).e164),
    )


def _checked(field, raw, reader) -> str:
    if raw == "":
        return ""
    try:
        return reader(raw)
    except (AddressRefused, PhoneRefused, TextRefused) as problem:
        raise ClaimRefused(field, problem.reason) from problem


def _identifier(raw: str) -> str:
    return text.line(raw, at_most=LONGEST_IDENTIFIER)
