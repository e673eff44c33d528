"""Argon2id for every password that we must recognise, written as PHC strings.

Two libraries compute it. libsodium (PyNaCl) picks the processor's vector instructions when it runs and takes
about half the time of the usual argon2-cffi wheel, but knows one lane and 16-byte salts only; argon2-cffi takes
everything else. Callers bring text through lib.text.secret, which bounds and normalises it.
"""

import base64
import hmac
import os
import re
import threading
from dataclasses import dataclass

from argon2 import low_level
from django.conf import settings
from nacl.bindings import crypto_pwhash_alg, crypto_pwhash_ALG_ARGON2ID13

_SALT, _TAG, _VERSION = 16, 32, 0x13  # bytes, bytes, Argon2 1.3 (RFC 9106 §3.1)
_MOST_MEMORY, _MOST_TIME, _MOST_LANES = 2 * 1024 * 1024, 64, 16  # KiB, passes, lanes
_TYPES = {"id": low_level.Type.ID, "i": low_level.Type.I, "d": low_level.Type.D}
_NUMBER, _BASE64 = "([1-9][0-9]{0,7})", "([A-Za-z0-9+/]{4,128})"
_PHC = re.compile(rf"\$argon2(id|i|d)\$v=19\$m={_NUMBER},t={_NUMBER},p={_NUMBER}\${_BASE64}\${_BASE64}", re.ASCII)
_places = threading.BoundedSemaphore(os.cpu_count() or 1)  # more at once would only wait for each other, in memory


class CostRefused(ValueError):
    """KEYTURN_ARGON2 asks for more than 2 GiB, 64 passes or 16 lanes, or for less than 8 KiB a lane."""


@dataclass(frozen=True)
class _Cost:
    """Argon2's three numbers: passes, KiB, lanes."""

    time: int
    memory: int
    lanes: int

    @property
    def is_bearable(self) -> bool:
        within = self.time <= _MOST_TIME and self.memory <= _MOST_MEMORY and self.lanes <= _MOST_LANES
        return within and self.memory >= 8 * self.lanes  # RFC 9106 §3.1


@dataclass(frozen=True)
class _Stored:
    """A PHC string, read."""

    kind: low_level.Type
    cost: _Cost
    salt: bytes
    tag: bytes


def hash_password(text: str) -> str:
    """A new Argon2id PHC string under KEYTURN_ARGON2; raises CostRefused when that is out of all bounds."""
    cost = _current()
    salt = os.urandom(_SALT)
    tag = _compute(text, _Stored(low_level.Type.ID, cost, salt, bytes(_TAG)))
    parameters = f"m={cost.memory},t={cost.time},p={cost.lanes}"
    return f"$argon2id$v=19${parameters}${_encode(salt)}${_encode(tag)}"


def verify(text: str, phc: str) -> bool:
    """Whether this is the password of that PHC string, whatever its parameters; an unreadable one fits nothing."""
    stored = _read(phc)
    if stored is None:
        waste()
        return False
    return hmac.compare_digest(_compute(text, stored), stored.tag)


def hash_beside(text: str, phc: str) -> str:
    """A PHC string under another's salt and cost, so that one computation compares a text with both."""
    stored = _read(phc)
    if stored is None:
        return hash_password(text)
    return f"{_head(phc)}${_encode(_compute(text, stored))}"


def verify_both(text: str, phc: str, beside: str) -> tuple[bool, bool]:
    """Whether it is the password of the one, and of the other. An empty string fits nothing.

    Costs one hash where the second was made by `hash_beside` the first, or where one of them is empty.
    """
    if not phc:
        return False, verify(text, beside)
    stored, other = _read(phc), _read(beside)
    if stored is None or other is None or _head(phc) != _head(beside):
        return verify(text, phc), bool(beside) and verify(text, beside)
    tag = _compute(text, stored)
    return hmac.compare_digest(tag, stored.tag), hmac.compare_digest(tag, other.tag)


def needs_rehash(phc: str) -> bool:
    """Whether it was made with other parameters than those of today."""
    stored = _read(phc)
    if stored is None:
        return True
    today = (low_level.Type.ID, _current(), _SALT, _TAG)
    return (stored.kind, stored.cost, len(stored.salt), len(stored.tag)) != today


def waste() -> None:
    """Spend exactly one hash, where there is nothing to compare with and nobody may notice."""
    _compute("", _Stored(low_level.Type.ID, _current(), bytes(_SALT), bytes(_TAG)))


def refuse_unbearable_cost() -> None:
    """Raise CostRefused when KEYTURN_ARGON2 is out of all bounds; asked when a program starts."""
    _current()


def _current() -> _Cost:
    cost = _Cost(*settings.KEYTURN_ARGON2)
    if not cost.is_bearable:
        raise CostRefused(CostRefused.__doc__)
    return cost


def _head(phc: str) -> str:
    """Kind, cost and salt: everything but the tag."""
    return phc.rpartition("$")[0]


def _read(phc: str) -> _Stored | None:
    match = _PHC.fullmatch(phc)
    if match is None:
        return None
    kind, memory, time, lanes, salt, tag = match.groups()
    cost = _Cost(int(time), int(memory), int(lanes))
    try:
        stored = _Stored(_TYPES[kind], cost, _decode(salt), _decode(tag))
    except ValueError:
        return None
    return stored if cost.is_bearable and len(stored.salt) >= 8 and len(stored.tag) >= 12 else None


def _compute(text: str, stored: _Stored) -> bytes:
    """The tag of this text under a stored one's parameters and salt."""
    secret, cost = text.encode("utf-8", "surrogatepass"), stored.cost
    with _places:
        if cost.lanes == 1 and stored.kind is low_level.Type.ID and len(stored.salt) == _SALT:
            memory = cost.memory * 1024
            return crypto_pwhash_alg(
                len(stored.tag), secret, stored.salt, cost.time, memory, crypto_pwhash_ALG_ARGON2ID13
            )
        return low_level.hash_secret_raw(
            secret,
            stored.salt,
            time_cost=cost.time,
            memory_cost=cost.memory,
            parallelism=cost.lanes,
            hash_len=len(stored.tag),
            type=stored.kind,
            version=_VERSION,
        )


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
