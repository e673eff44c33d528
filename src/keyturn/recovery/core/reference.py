"""The reference that a person is shown and staff can search for: short, sayable, and about nobody."""

import re
import secrets

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: it is read out over the telephone

_MISHEARD = str.maketrans("OIL", "011")


def draw() -> str:
    """A new one, like 7K3M-0QZP: forty bits from the system's generator."""
    drawn = "".join(secrets.choice(CROCKFORD) for _ in range(8))
    return f"{drawn[:4]}-{drawn[4:]}"


def read(typed: str) -> str | None:
    """A reference as it was typed or heard: in any case, with or without the hyphen, O for 0 and I or L for 1."""
    heard = re.sub(r"[\s-]", "", typed[:40]).upper().translate(_MISHEARD)
    if len(heard) != 8 or any(sign not in CROCKFORD for sign in heard):
        return None
    return f"{heard[:4]}-{heard[4:]}"
