"""Web addresses that an operator types for the worker to post to: a gateway's, a program's of the tenant's own."""

import ipaddress
import re
from urllib.parse import urlsplit

from keyturn.lib import origins, text

LONGEST = 500
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")


class AddressUnfit(ValueError):
    """Not an address to post to; `reason` is a word of lib.text, or not_a_url, needs_tls."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def address(raw: str) -> str:
    """The address, which begins with https, or with http on loopback names; raises AddressUnfit."""
    try:
        url = text.line(raw, at_most=LONGEST)
    except text.TextRefused as problem:
        raise AddressUnfit(problem.reason) from problem
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError as problem:
        raise AddressUnfit("not_a_url") from problem
    is_plain = parts.scheme in {"http", "https"} and url.isascii() and " " not in url and not parts.fragment
    if not is_plain or "@" in parts.netloc or not (_HOST.fullmatch(host) or _is_address(host)):
        raise AddressUnfit("not_a_url")
    if parts.scheme == "http" and not origins.is_loopback(host):
        raise AddressUnfit("needs_tls")
    return url


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
