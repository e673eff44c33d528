"""Origins: the scheme, host and port that links and pages begin with, and which of them are safe to use."""

import ipaddress
from urllib.parse import urlsplit


class OriginRefused(ValueError):
    """Not an origin that links may begin with; the message says what to write instead."""


def parse(url: str, *, debug: bool) -> str:
    """The origin without a slash at its end. Raises OriginRefused.

    Plain HTTP is for loopback names; elsewhere passwords would cross the network readable. `debug` allows it.
    """
    origin, parts, host = url.rstrip("/"), urlsplit(""), ""
    try:
        parts = urlsplit(origin)
        host, _ = (parts.hostname or "").lower(), parts.port
    except ValueError as problem:
        raise OriginRefused(f"{url!r} is not a web address ({problem}); write https://HOST") from problem
    if parts.scheme not in {"http", "https"} or not host or any(ord(char) <= 32 for char in origin):
        raise OriginRefused(f"{url!r} is not a web address; write https://HOST")
    if parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        raise OriginRefused(f"{url!r} must be scheme, host and port only, like https://HOST")
    if parts.scheme == "http" and not (debug or is_loopback(host)):
        raise OriginRefused(
            f"{url!r} is plain HTTP and not on this machine, so passwords would cross the network readable;"
            " write https://, or set KEYTURN_DEBUG=1 to try things out"
        )
    return origin


def host_of(origin: str) -> str:
    """The host name of an origin, without its port."""
    return (urlsplit(origin).hostname or "").lower()


def mail_domain(url: str) -> str:
    """The domain of mail that comes from an origin: its host, or its address in brackets (RFC 5321 §4.1.3)."""
    host = urlsplit(url).hostname or "localhost"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return f"[{address}]" if address.version == 4 else f"[IPv6:{address}]"


def is_loopback(host: str) -> bool:
    """Whether this name never leaves the machine: localhost, *.localhost (RFC 6761), 127.0.0.0/8, ::1."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
