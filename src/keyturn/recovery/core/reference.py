"""The reference that a person is shown and staff can search for: short, sayable, and about nobody."""

import secrets

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: it is read out over the telephone


def draw() -> str:
    """A new one, like 7K3M-0QZP: forty bits from the system's generator."""
    drawn = "".join(secrets.choice(CROCKFORD) for _ in range(8))
    return f"{drawn[:4]}-{drawn[4:]}"
