"""Ready-made requirements for a new password."""

from dataclasses import dataclass

from keyturn.lib import text

MOST_CHARACTERS = (
    text.LONGEST_SECRET
)  # NIST SP 800-63B-4 §3.1.1.2 asks for at least 64; the bound keeps a megabyte out


@dataclass(frozen=True)
class Requirements:
    """What a new password must have; acceptable strength is always asked besides. Lengths in characters."""

    min_length: int
    needs_capital: bool = False
    needs_number: bool = False
    needs_special: bool = False


PRESETS = {
    "standard": Requirements(12),
    "classic": Requirements(12, needs_capital=True, needs_number=True, needs_special=True),
    "strict": Requirements(15),  # NIST SP 800-63B-4 §3.1.1.2: 15 where the password is the only factor
}


def requirements(preset: str, min_length: int | None = None) -> Requirements:
    """The preset, with the tenant's own minimum in place of its own where one is set."""
    chosen = PRESETS[preset]
    if min_length is None:
        return chosen
    return Requirements(min_length, chosen.needs_capital, chosen.needs_number, chosen.needs_special)
