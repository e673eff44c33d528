"""A PIN as text: fourteen signs that can be read out, `ABCD-EFGHJ-KMNPQ`.

The first four find its row, the other ten are the secret: fifty bits, of which only a slow hash is kept.
"""

from dataclasses import dataclass, field

from keyturn.lib import crockford

SELECTOR, SECRET = 4, 10  # signs


@dataclass(frozen=True)
class PinText:
    """A PIN in its two parts."""

    selector: str
    secret: str = field(repr=False)

    @property
    def written(self) -> str:
        """As it is mailed, and shown nowhere."""
        return f"{self.selector}-{self.secret[:5]}-{self.secret[5:]}"


def masked(selector: str) -> str:
    """All of a PIN that an operator ever sees: ABCD-•••••-•••••."""
    return f"{selector}-•••••-•••••"


def draw() -> PinText:
    """A new one from the system's generator."""
    return PinText(crockford.draw(SELECTOR), crockford.draw(SECRET))


def read(raw: object) -> PinText | None:
    """A PIN in whatever spelling it was typed; None for what cannot be one."""
    signs = crockford.read(raw, SELECTOR + SECRET) if isinstance(raw, str) else None
    return PinText(signs[:SELECTOR], signs[SELECTOR:]) if signs else None
