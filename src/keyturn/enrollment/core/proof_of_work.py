"""Proof of work: what a sign-up costs once an organization was guessed at too often (docs/pins.md, Limits).

    challenge = Challenge(bits, expires_at, drawn)      challenge.plain      18.1795345200.h4Tb…
    signed(challenge, signature)                        what is handed out   18.1795345200.h4Tb….9c1f…
    is_solved(text, counter, bits)                      SHA-256(text + "." + counter) begins with so many zero bits
Finding a counter takes 2^bits tries on average; checking one is one hash.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

LEAST_BITS = 18  # one to three seconds on a telephone
MOST_BITS = LEAST_BITS + 4
LARGEST_COUNTER = 2**53 - 1  # what a number of a browser holds exactly
_FEW = 25  # wrong PINs with a proof, before which the work stays the least
_TEXT = re.compile(r"(([0-9]{1,2})\.([0-9]{1,11})\.([A-Za-z0-9_-]{16}))\.([0-9a-f]{64})", re.ASCII)
_COUNTER = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)


@dataclass(frozen=True)
class Challenge:
    """How much work, until which second, and sixteen signs that no other challenge has."""

    bits: int
    expires_at: datetime
    drawn: str

    @property
    def plain(self) -> str:
        """What is signed."""
        return f"{self.bits}.{int(self.expires_at.timestamp())}.{self.drawn}"


@dataclass(frozen=True)
class Claimed:
    """A challenge as it came back; nobody has looked at its signature yet."""

    challenge: Challenge
    signature: str
    text: str


def bits(wrong: int) -> int:
    """How much work a sign-up costs after so many wrong PINs that came with a proof within the hour.

    One bit more at 25, and at every doubling; four more at most, sixteen times the work.
    """
    return min(MOST_BITS, LEAST_BITS + (wrong // _FEW).bit_length())


def signed(challenge: Challenge, signature: str) -> str:
    """The text that is handed out, and that the work is done for."""
    return f"{challenge.plain}.{signature}"


def read(raw: object) -> Claimed | None:
    """A challenge that was sent back; None for what cannot be one of ours."""
    found = _TEXT.fullmatch(raw) if isinstance(raw, str) else None
    if found is None:
        return None
    plain, said_bits, seconds, drawn, signature = found.groups()
    challenge = Challenge(int(said_bits), datetime.fromtimestamp(int(seconds), UTC), drawn)
    return Claimed(challenge, signature, raw) if challenge.plain == plain else None


def read_counter(raw: object) -> int | None:
    """The number that was found, as JSON or a form has it; None for what cannot be one."""
    if isinstance(raw, str) and _COUNTER.fullmatch(raw):
        raw = int(raw)
    is_number = isinstance(raw, int) and not isinstance(raw, bool)
    return raw if is_number and 0 <= raw <= LARGEST_COUNTER else None


def is_solved(text: str, counter: int, wanted: int) -> bool:
    """Whether the work was done. One hash, whatever was sent."""
    return zero_bits(sha256(f"{text}.{counter}".encode()).digest()) >= wanted


def zero_bits(digest: bytes) -> int:
    """How many zero bits stand at the beginning."""
    return len(digest) * 8 - int.from_bytes(digest, "big").bit_length()
