"""Made-up people for measuring: addresses of one length, so that nothing but being known tells them apart."""

import random


def addresses(count: int, domain: str = "movers.example", *, seed: int | None = None) -> list[str]:
    """So many different addresses, all of one length."""
    letters, dice = "abcdefghijkmnopqrstuvwxyz", random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        found["".join(dice.choices(letters, k=12)) + f"@{domain}"] = None
    return list(found)
