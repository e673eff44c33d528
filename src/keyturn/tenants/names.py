"""What a tenant may be called in addresses: its slug, and the host names that its pages have."""

import re

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[?[0-9a-f:]{2,39}\]?")
_WITH_PORT = re.compile(r"[^:]+:[0-9]{1,5}")


class NameRefused(ValueError):
    """Not a slug, or not a host name."""


def is_slug(text: str) -> bool:
    """Small letters, digits and hyphens, 50 at most."""
    return _SLUG.fullmatch(text) is not None


def is_host(text: str) -> bool:
    """A host name or an IP address, in small letters and without a port."""
    return _HOST.fullmatch(text) is not None


def slug(text: str) -> str:
    """The text, if it is a slug; raises NameRefused."""
    if not is_slug(text):
        raise NameRefused(text)
    return text


def host(text: str) -> str:
    """A host name or IP address in small letters, without port and brackets; raises NameRefused."""
    lowered = text.strip().lower()
    bare = lowered.rpartition(":")[0] if _WITH_PORT.fullmatch(lowered) else lowered.strip("[]")
    if not is_host(bare):
        raise NameRefused(text)
    return bare
