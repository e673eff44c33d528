"""The return path of a message, which names it and is signed (VERP): bounces+<tag>@example.org

    tag = base32( message id, 16 bytes | first 10 bytes of HMAC(message id) )

Mail to any other address is nobody's: a report without our signature is refused before it is read.
"""

import base64
import binascii
import hmac
from uuid import UUID

from django.conf import settings

from keyturn.lib import digest
from keyturn.lib.text import ascii_lowered

_ID, _MAC = 16, 10  # bytes; 80 bits of signature, guessed over SMTP one by one
_TAG_LENGTH = 42
LONGEST_LOCAL = 64 - _TAG_LENGTH - 1  # RFC 5321 §4.5.3.1.1


def of(message_id: UUID) -> str:
    """Where reports about this message come back to; empty when the installation reads none."""
    if not settings.KEYTURN_BOUNCE_ADDRESS:
        return ""
    local, _at, domain = settings.KEYTURN_BOUNCE_ADDRESS.rpartition("@")
    tag = base64.b32encode(message_id.bytes + _mac(message_id)).decode().rstrip("=").lower()
    return f"{local}+{tag}@{domain}"


def read(address: str) -> UUID | None:
    """The message that a return path of ours names; None for every other address. Capitals do not matter."""
    expected_local, _at, expected_domain = settings.KEYTURN_BOUNCE_ADDRESS.rpartition("@")
    local, _at, domain = ascii_lowered(address).rpartition("@")
    head, _plus, tag = local.rpartition("+")
    if not expected_local or head != ascii_lowered(expected_local) or domain != ascii_lowered(expected_domain):
        return None
    return _signed(tag)


def _signed(tag: str) -> UUID | None:
    if len(tag) != _TAG_LENGTH or not tag.isascii():
        return None
    try:
        raw = base64.b32decode(tag.upper() + "=" * (-len(tag) % 8))
    except (binascii.Error, ValueError):
        return None
    message_id = UUID(bytes=raw[:_ID])
    return message_id if hmac.compare_digest(raw[_ID:], _mac(message_id)) else None


def _mac(message_id: UUID) -> bytes:
    return bytes.fromhex(digest.keyed("return_path", str(message_id)))[:_MAC]
