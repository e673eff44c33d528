"""A mail profile as somebody describes it, and what that means: a mail server, or an account with a mail service."""

import ipaddress
import re
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import parse_qs, unquote, urlsplit

from keyturn.lib import addresses, text
from keyturn.outbox.mail_services import SERVICES, SMTP, Account, Service
from keyturn.outbox.transports.server import NONE, PORTS, STARTTLS, Server

INSTALLATION = "installation"
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:.]{2,45}")
_DOMAIN = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NAMES_OF_THIS_MACHINE = frozenset({"localhost", "ip6-localhost"})


class ProfileRefused(ValueError):
    """A profile cannot be used. `field` names what is wrong, `reason` is a stable word:

    empty, too_long, control_character, not_a_host, not_a_port, not_a_mode, not_ascii, not_an_address, bad_domain,
    needs_tls (a password would travel unprotected), not_a_url, not_a_choice (no such service or region), not_a_domain
    """

    def __init__(self, reason: str, field: str):
        super().__init__(f"{field}: {reason}")
        self.reason = reason
        self.field = field


@dataclass(frozen=True)
class NewProfile:
    """A mail server or an account with a mail service, as an operator describes it.

    Port 0: the usual one. A `from_address` left empty: the tenant's. A service has a `region`, a key as `password`
    and perhaps a `domain`; what a mail server has beside that is not asked then.
    """

    name: str
    host: str = ""
    port: int = 0
    tls: str = STARTTLS
    username: str = ""
    password: str = field(default="", repr=False)
    from_address: str = ""
    from_name: str = ""
    position: int = 0
    service: str = SMTP
    region: str = ""
    domain: str = ""


def checked(new: NewProfile) -> Server | Account:
    """What a description means; raises ProfileRefused."""
    return _server(new) if new.service == SMTP else _account(new)


@cache
def from_url(url: str) -> Server:
    """The server in `smtp://user:pass@host:port?tls=none|starttls|implicit`; raises ProfileRefused.

    `&from=` names the sender's address; without it, it is no-reply at the tenant's host.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or 0
    except ValueError as problem:
        raise ProfileRefused("not_a_url", "url") from problem
    options = parse_qs(parts.query)
    if parts.scheme != "smtp" or not parts.hostname or options.keys() - {"tls", "from"}:
        raise ProfileRefused("not_a_url", "url")
    return _server(
        NewProfile(
            name=INSTALLATION,
            host=parts.hostname,
            port=port,
            tls=options.get("tls", [STARTTLS])[0],
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            from_address=options.get("from", [""])[0],
        )
    )


def _server(new: NewProfile) -> Server:
    if new.tls not in PORTS:
        raise ProfileRefused("not_a_mode", "tls")
    server = Server(
        name=_line(new.name, "name", 100),
        host=_host(new.host),
        port=_port(new.port or PORTS[new.tls]),
        tls=new.tls,
        username=_credential(new.username, "username", 254),
        password=_credential(new.password, "password", 500),
        from_address=_address(new.from_address),
        from_name=_line(new.from_name, "from_name", 100, may_be_empty=True),
    )
    if server.username and server.tls == NONE and not _is_this_machine(server.host):
        raise ProfileRefused("needs_tls", "tls")
    return server


def _account(new: NewProfile) -> Account:
    service = SERVICES.get(new.service)
    if service is None:
        raise ProfileRefused("not_a_choice", "service")
    return Account(
        name=_line(new.name, "name", 100),
        service=service.name,
        region=_region(new.region, service),
        password=_credential(new.password.strip(), "password", 500),
        username=_user(new.username, service),
        domain=_domain(new.domain) if service.has_domain else "",
        from_address=_address(new.from_address),
        from_name=_line(new.from_name, "from_name", 100, may_be_empty=True),
    )


def _region(raw: str, service: Service) -> str:
    region = raw or next(iter(service.regions))
    if region not in service.regions:
        raise ProfileRefused("not_a_choice", "region")
    return region


def _user(raw: str, service: Service) -> str:
    if not service.user:
        return ""
    if not raw.strip():
        raise ProfileRefused("empty", "username")
    return _credential(raw.strip(), "username", 254)


def _domain(raw: str) -> str:
    domain = raw.strip().lower()
    if domain and not _DOMAIN.fullmatch(domain):
        raise ProfileRefused("not_a_domain", "domain")
    return domain


def _line(raw: str, field: str, at_most: int, may_be_empty: bool = False) -> str:
    try:
        return text.line(raw, at_most=at_most, may_be_empty=may_be_empty)
    except text.TextRefused as problem:
        raise ProfileRefused(problem.reason, field) from problem


def _host(raw: str) -> str:
    if not _HOST.fullmatch(raw):
        raise ProfileRefused("not_a_host", "host")
    return raw.lower()


def _port(port: int) -> int:
    if not 1 <= port <= 65535:
        raise ProfileRefused("not_a_port", "port")
    return port


def _credential(raw: str, field: str, at_most: int) -> str:
    """SMTP's sign-in methods carry ASCII; what they cannot carry is said now rather than at the first mail."""
    if len(raw) > at_most:
        raise ProfileRefused("too_long", field)
    if not raw.isascii() or not (raw.isprintable()):
        raise ProfileRefused("not_ascii", field)
    return raw


def _address(raw: str) -> str:
    try:
        return addresses.parse(raw).raw if raw else ""
    except addresses.AddressRefused as problem:
        raise ProfileRefused(problem.reason, "from_address") from problem


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in _NAMES_OF_THIS_MACHINE
