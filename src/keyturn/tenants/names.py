"""What a tenant may be called in addresses: its slug, and the host names that its pages have."""

import re

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[?[0-9a-f:]{2,39}\]?")
_WITH_PORT = re.compile(r"[^:]+:[0-9]{1,5}")


class NameRefused(ValueError):
    """Not a slug, or not a host name."""


def slug(text: str) -> str:
    """Small letters, digits and hyphens, 50 at most; raises NameRefused."""
    if not _SLUG.fullmatch(text):
        raise NameRefused(text)
    return text


def host(text: str) -> str:
    """A host name or IP address in small letters, without port and brackets; raises NameRefused."""
    lowered = text.strip().lower()
    bare = lowered.rpartition(":")[0] if _WITH_PORT.fullmatch(lowered) else lowered.strip("[]")
    if not _HOST.fullmatch(bare):
        raise NameRefused(text)
    return bare
