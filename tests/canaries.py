"""Looks for secrets where none may be: the database, the logs, what the processes printed; in four encodings."""

import base64
import re
from urllib.parse import quote

from tests.installation import Installation

_MOMENTS = re.compile(rb"\d\d:\d\d:\d\d\.\d{3,9}")  # their digits are no codes


def encodings(secret: str) -> dict[str, bytes]:
    """A secret exactly, in base64, as it stands in an address, and backwards."""
    raw = secret.encode()
    percent = quote(secret, safe="")
    if percent == secret:
        percent = "".join(f"%{byte:02X}" for byte in raw)
    return {
        "exact": raw,
        "base64": base64.b64encode(raw).rstrip(b"="),
        "url": percent.encode(),
        "reversed": raw[::-1],
    }


def found(secrets: list[str], where: bytes) -> list[str]:
    """How each secret that is there was written; a code counts only where it is a number of its own."""
    where = _MOMENTS.sub(b"", where)
    return [
        f"{how} {secret!r}"
        for secret in secrets
        for how, needle in encodings(secret).items()
        if needle in where and (len(secret) > 6 or _stands_alone(needle, where))
    ]


def _stands_alone(needle: bytes, where: bytes) -> bool:
    return re.search(rb"(?<![0-9A-Za-z.])" + re.escape(needle) + rb"(?![0-9A-Za-z])", where) is not None


def assert_clean(keyturn: Installation) -> None:
    """No secret of this installation is where it could be read later."""
    assert keyturn.secrets, "no secret was noted, so nothing was looked for"
    assert found(keyturn.secrets, keyturn.dump()) == []
    assert found(keyturn.secrets, keyturn.output()) == []
