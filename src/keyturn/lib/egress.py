"""Connections to places that an operator typed: to public addresses only, and to the very address that was looked at.

    places = egress.look_up("mail.example", 587, MAIL)     every answer must be allowed, or it raises Nowhere
    sock = egress.connect(places, timeout=10)              no second look-up that could answer otherwise

Private, local and special networks are closed, or the installation would lend its place in the network to whoever
may type a host name. KEYTURN_EGRESS_ALLOW opens networks, with every port. (ASVS 1.3.6, 13.2.4.)
"""

import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

MAIL = frozenset({25, 465, 587, 2525})
HTTPS = frozenset({443})

_MOST_ANSWERS = 16  # of one name; more are not an answer but a trap
_MOST_TRIED = 4  # each with the whole time limit
_SPECIAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "224.0.0.0/3",
        "::/96",
        "::ffff:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2002::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)  # fmt: skip -- beside what the standard library calls not global, which differs between its versions


class Nowhere(Exception):
    """No place that may be reached: it is closed, or there is none of this name. The same words for both, whatever
    lies there, or whoever may type a host could ask which names our network knows."""

    def __init__(self) -> None:
        super().__init__("no server that may be reached from here")


@dataclass(frozen=True)
class Place:
    """One address of a name, looked at."""

    family: int
    address: str
    port: int


def look_up(host: str, port: int, ports: Collection[int]) -> list[Place]:
    """Every address of the name, all of them allowed; raises Nowhere, or OSError when nobody answered for the name.

    `ports` are those that may be reached at public addresses.
    """
    places = _known(host, port)
    if not places or len(places) > _MOST_ANSWERS or not all(_is_allowed(place, ports) for place in places):
        raise Nowhere
    return places


def resolve(host: str, port: int) -> list[Place]:
    """Every address of a name, without looking where they lead; raises OSError when there is no such name."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except UnicodeError as problem:  # a label that no name can have
        raise socket.gaierror(socket.EAI_NONAME, "not a name") from problem
    return [Place(family, sockaddr[0], port) for family, _type, _proto, _name, sockaddr in found]


def connect(places: Collection[Place], timeout: float) -> socket.socket:
    """A connection to the first of these that answers; raises the last one's OSError. `timeout` is for each."""
    problem: OSError = socket.gaierror(socket.EAI_NONAME, "no address")
    for place in list(places)[:_MOST_TRIED]:
        try:
            return socket.create_connection((place.address, place.port), timeout)
        except OSError as refused:
            problem = refused
    raise problem


def _known(host: str, port: int) -> list[Place]:
    """The addresses of a name, none where it is none; raises OSError when nobody answered."""
    try:
        return resolve(host, port)
    except socket.gaierror as problem:
        if problem.errno == socket.EAI_AGAIN:
            raise
        return []


def _is_allowed(place: Place, ports: Collection[int]) -> bool:
    address = ipaddress.ip_address(place.address.partition("%")[0])
    return _is_opened(address) or (place.port in ports and _is_public(address))


def _is_opened(address: Address) -> bool:
    return any(address in network for network in settings.KEYTURN_EGRESS_ALLOW)


def _is_public(address: Address) -> bool:
    is_special = any(address in network for network in _SPECIAL)
    return address.is_global and not is_special and not _is_our_own(address)


def _is_our_own(address: Address) -> bool:
    """Whether this machine has it: only its own addresses can be bound."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.bind((str(address), 0))
    except OSError:
        return False
    return True
