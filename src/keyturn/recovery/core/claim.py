"""What somebody says before any proof: a user name or an email address, perhaps a phone number."""

from dataclasses import dataclass

from keyturn.lib import addresses, phones
from keyturn.lib.addresses import AddressRefused, EmailAddress
from keyturn.lib.phones import Phone, PhoneRefused


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
