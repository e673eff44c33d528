"""Where a request comes from, as far as it can be believed.

Forwarding headers count only when they were added by a proxy named in KEYTURN_TRUSTED_PROXIES, and then from the
right: what stands left of the first address that is not ours was written by the client (ASVS 4.1.3).
"""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The client's address."""
    address = _read(request.META.get("REMOTE_ADDR", ""))
    if not _is_proxy(address):
        return str(address)
    for hop in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        hop_address = _read(hop.strip())
        if hop_address is None:
            break
        address = hop_address
        if not _is_proxy(address):
            break
    return str(address)


def network_of(request: HttpRequest) -> str:
    """The key of limits by source: an IPv4 address, or the /64 that one IPv6 customer has."""
    address = _read(address_of(request))
    if address is None or address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))


def is_secure(request: HttpRequest) -> bool:
    """Whether the client speaks TLS, by our own socket or by the word of a trusted proxy."""
    if request.META.get("wsgi.url_scheme") == "https":
        return True
    trusted = _is_proxy(_read(request.META.get("REMOTE_ADDR", "")))
    return trusted and request.META.get("HTTP_X_FORWARDED_PROTO") == "https"


def may_speak_plainly(request: HttpRequest) -> bool:
    """Whether this request may come over plain HTTP: from this very machine, or where KEYTURN_DEBUG allows it."""
    peer = _read(request.META.get("REMOTE_ADDR", ""))
    return settings.KEYTURN_DEBUG or (peer is not None and peer.is_loopback)


def _read(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def _is_proxy(address: ipaddress.IPv4Address | ipaddress.IPv6Address | None) -> bool:
    return address is not None and any(address in network for network in settings.KEYTURN_TRUSTED_PROXIES)
