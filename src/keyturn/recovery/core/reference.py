"""The reference that a person is shown and staff can search for: short, sayable, and about nobody."""

import secrets

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: it is read out over the telephone
_SOUNDS_LIKE = str.maketrans("OIL", "011")


def draw() -> str:
    """A new one, like 7K3M-0QZP: forty bits from the system's generator."""
    drawn = "".join(secrets.choice(CROCKFORD) for _ in range(8))
    return f"{drawn[:4]}-{drawn[4:]}"


def read(typed: str) -> str | None:
    """The reference that somebody meant who typed it from hearing; None when it cannot be one."""
    signs = "".join(typed[:40].upper().split()).replace("-", "").translate(_SOUNDS_LIKE)
    if len(signs) != 8 or any(sign not in CROCKFORD for sign in signs):
        return None
    return f"{signs[:4]}-{signs[4:]}"
