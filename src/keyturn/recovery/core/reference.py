"""The reference that a person is shown and staff can search for: short, sayable, and about nobody."""

from keyturn.lib import crockford

_LENGTH = 8


def draw() -> str:
    """A new one, like 7K3M-0QZP: forty bits from the system's generator."""
    return _written(crockford.draw(_LENGTH))


def read(typed: str) -> str | None:
    """A reference as it was typed or heard: in any case, with or without the hyphen, O for 0 and I or L for 1."""
    signs = crockford.read(typed, _LENGTH)
    return _written(signs) if signs else None


def _written(signs: str) -> str:
    return f"{signs[:4]}-{signs[4:]}"
