"""Sealing: whoever has the public half may put something in, only the worker can take it out.

Every seal is bound to a context (which row, which tenant, which purpose): a sealed value copied into another
row does not open there. For what a browser carries for us, `wrap` and `unwrap` use a key that stays in the
web process.
"""

import base64
from functools import lru_cache
from hashlib import blake2b

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

from keyturn.lib import keys

_BINDING = 16


class SealBroken(Exception):
    """What was to be opened was sealed for another place, by another key, or changed since."""


def seal(box: str, plaintext: bytes, context: str) -> bytes:
    """Seal bytes so that only a holder of the box's private half can read them, and only in this context."""
    return seal_by(box, plaintext, context)[0]


def seal_by(box: str, plaintext: bytes, context: str) -> tuple[bytes, str]:
    """As `seal`, with the name of the very key (`keys.name_of`): another may take its place at any moment."""
    public = keys.web().boxes[box]
    return SealedBox(PublicKey(public)).encrypt(_binding(context) + plaintext), keys.name_of(public)


def unseal(box: str, sealed: bytes, context: str) -> bytes:
    """Open what `seal` made; raises SealBroken when key, context or bytes do not fit."""
    for private in keys.worker().boxes[box]:
        try:
            return _without_binding(_opening(private).decrypt(bytes(sealed)), context)
        except CryptoError:
            continue
    raise SealBroken


def wrap(plaintext: bytes, context: str) -> bytes:
    """Encrypt and authenticate something that leaves with a browser and comes back to the web process."""
    return bytes(SecretBox(keys.web().cookie).encrypt(_binding(context) + plaintext))


def unwrap(wrapped: bytes, context: str) -> bytes:
    """Open what `wrap` made; raises SealBroken when it was made elsewhere, for something else, or changed."""
    try:
        return _without_binding(SecretBox(keys.web().cookie).decrypt(wrapped), context)
    except (CryptoError, ValueError, TypeError) as problem:
        raise SealBroken from problem


def for_others(public: bytes, plaintext: bytes) -> bytes:
    """Seal bytes for a program that is not ours and holds the private half; it is bound to no context of ours."""
    return SealedBox(PublicKey(public)).encrypt(plaintext)


def public_key(written: str) -> bytes:
    """An X25519 public key from its base64; raises ValueError for what is none, or that nobody could be kept from."""
    raw = base64.b64decode(written, validate=True)
    try:
        for_others(raw, b"")
    except (CryptoError, RuntimeError, TypeError) as problem:  # of another length, or a point of a small order
        raise ValueError("no public key") from problem
    return raw


@lru_cache(maxsize=32)
def _opening(private: bytes) -> SealedBox:
    """Kept, because its public half is computed anew otherwise, at half the price of opening."""
    return SealedBox(PrivateKey(private))


def _binding(context: str) -> bytes:
    return blake2b(context.encode(), digest_size=_BINDING, person=b"keyturn-context").digest()


def _without_binding(plaintext: bytes, context: str) -> bytes:
    if plaintext[:_BINDING] != _binding(context):
        raise SealBroken
    return plaintext[_BINDING:]
