"""Marks that only the worker can make: a digest under a key that neither web process nor database has."""

import hmac
from hashlib import sha256

from keyturn.lib import keys

_BOX = "settings"  # whose private halves the key is derived from; a rotated one is still recognised


def mark(purpose: str, *parts: str) -> str:
    """HMAC-SHA-256 in hex. The purpose keeps equal parts of different meanings apart."""
    return _mark(keys.worker().boxes[_BOX][0], purpose, parts)


def fits(made: str, purpose: str, *parts: str) -> bool:
    """Whether the worker of this installation made this mark of these parts, under its key or an earlier one."""
    return any(hmac.compare_digest(made, _mark(private, purpose, parts)) for private in keys.worker().boxes[_BOX])


def _mark(private: bytes, purpose: str, parts: tuple[str, ...]) -> str:
    key = sha256(b"keyturn-mark|" + private).digest()
    message = b"".join(len(raw).to_bytes(4, "big") + raw for raw in (part.encode() for part in (purpose, *parts)))
    return hmac.new(key, message, sha256).hexdigest()
