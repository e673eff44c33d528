"""Digests of what we must recognise but need not know."""

import hmac
import secrets
from hashlib import sha256

from keyturn.lib import keys


def keyed(purpose: str, *parts: str) -> str:
    """HMAC-SHA-256 under the installation's key, in hex; the purpose keeps equal values apart.

    Parts are length-prefixed, so that no two lists of parts read alike.
    """
    message = b"".join(len(raw).to_bytes(4, "big") + raw for raw in (part.encode() for part in (purpose, *parts)))
    return hmac.new(keys.web().digest, message, sha256).hexdigest()


def plain(purpose: str, secret: str) -> str:
    """SHA-256 of a secret that has more than 112 bits of its own (ASVS 6.5.2 allows a plain hash for those)."""
    return sha256(f"{purpose}|{secret}".encode()).hexdigest()


def opaque_token(size: int = 32) -> str:
    """A new unguessable token of `size` random bytes, safe in URLs and headers."""
    return secrets.token_urlsafe(size)
