"""Texts of a world file: a line, an address, a password; what cannot be taken is complained about at its field."""

from keyturn.cli.world.fields import Fields
from keyturn.lib import addresses, text


def line_of(fields: Fields, name: str, at_most: int, *, required: bool = False) -> str:
    """One line of visible text."""
    value = fields.text(name, required=required)
    try:
        return text.line(value, at_most=at_most, may_be_empty=True)
    except text.TextRefused as problem:
        fields.complain(name, f"cannot be taken: {problem.reason}; at most {at_most} characters on one line")
        return ""


def email_of(fields: Fields, name: str) -> str:
    """An email address, or nothing."""
    value = fields.text(name)
    if value:
        try:
            addresses.parse(value)
        except addresses.AddressRefused as problem:
            fields.complain(name, f"is no email address: {problem.reason}")
    return value


def password_of(fields: Fields) -> str:
    """A password as typed, or nothing. Its value stands in no complaint."""
    value = fields.text("password")
    if value:
        try:
            return text.secret(value)
        except text.TextRefused as problem:
            fields.complain(
                "password", f"cannot be taken: {problem.reason}; at most {text.LONGEST_SECRET} characters"
            )
    return ""


def printable(fields: Fields, name: str, value: str) -> str:
    """Text without anything unprintable."""
    try:
        text.refuse_unprintable(value)
    except text.TextRefused as problem:
        fields.complain(name, f"cannot be taken: {problem.reason}")
        return ""
    return value
