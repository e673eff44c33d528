"""Mail profiles: which servers a tenant's mail is offered to, in order, and how one is put on record.

A tenant without a profile of its own uses the installation's (KEYTURN_EMAIL_URL). Passwords lie sealed, bound to
the place they are meant for: changed to point elsewhere, a profile no longer opens.
"""

import ipaddress
import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

from django.conf import settings

from keyturn.audit import events
from keyturn.lib import addresses, seal, text
from keyturn.outbox.models import MailProfile
from keyturn.outbox.transports.server import NONE, PORTS, STARTTLS, Server
from keyturn.tenants import prepared, scope

INSTALLATION = "installation"
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:.]{2,45}")
_NAMES_OF_THIS_MACHINE = frozenset({"localhost", "ip6-localhost"})


class ProfileRefused(ValueError):
    """A profile cannot be used. `field` names what is wrong, `reason` is a stable word:

    empty, too_long, control_character, not_a_host, not_a_port, not_a_mode, not_ascii, not_an_address, bad_domain,
    needs_tls (a password would travel unprotected), not_a_url
    """

    def __init__(self, reason: str, field: str):
        super().__init__(f"{field}: {reason}")
        self.reason = reason
        self.field = field


@dataclass(frozen=True)
class NewProfile:
    """A mail server as an operator describes it. Port 0: the usual one. A `from_address` left empty: the tenant's."""

    name: str
    host: str
    port: int = 0
    tls: str = STARTTLS
    username: str = ""
    password: str = field(default="", repr=False)
    from_address: str = ""
    from_name: str = ""
    position: int = 0


def save(new: NewProfile, now: datetime, *, actor: str = "owner") -> MailProfile:
    """Put a profile on record, or change the one of the same name; raises ProfileRefused."""
    server = checked(new)
    profile, _created = MailProfile.objects.update_or_create(
        name=server.name,
        defaults={
            "position": new.position,
            "host": server.host,
            "port": server.port,
            "tls": server.tls,
            "username": server.username,
            "sealed_password": sealed(server),
            "from_address": server.from_address,
            "from_name": server.from_name,
            "is_owners": actor == "owner",
        },
    )
    events.record("mail_profile.saved", at=now, actor=actor, name=server.name, host=server.host, tls=server.tls)
    return profile


def checked(new: NewProfile) -> Server:
    """The server that a description means; raises ProfileRefused."""
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
    return checked(
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


def servers() -> list[Server]:
    """Where the current tenant's mail is offered, in order: its own profiles, or the installation's; or nowhere."""
    own = [_server(profile) for profile in _profiles()]
    if own or not settings.KEYTURN_EMAIL_URL:
        return own
    return [from_url(settings.KEYTURN_EMAIL_URL)]


@prepared.select
def _profiles():
    return MailProfile.objects.order_by("position", "name")


def _server(profile: MailProfile) -> Server:
    server = Server(
        profile.name, profile.host, profile.port, profile.tls, profile.username,
        from_address=profile.from_address, from_name=profile.from_name, guarded=not profile.is_owners,
    )  # fmt: skip
    return server if not profile.sealed_password else _with_password(server, profile.sealed_password)


def as_kept(server: Server, profile_id: UUID) -> Server:
    """The server with what a profile of the very same place has: its password, and its leave to reach private
    networks. Otherwise as it is. For the worker."""
    profile = MailProfile.objects.filter(pk=profile_id).first()
    kept = _server(profile) if profile else None
    if kept is None or sealed_for(kept) != sealed_for(server):
        return server
    return replace(server, password=server.password or kept.password, guarded=kept.guarded)


def _with_password(server: Server, kept: bytes) -> Server:
    """A password that does not open is left out: the server turns us down, the next is tried, operators see it."""
    try:
        password = seal.unseal("settings", kept, sealed_for(server)).decode()
    except seal.SealBroken:
        return server
    return Server(**{**vars(server), "password": password})


def sealed(server: Server) -> bytes:
    """The password of a server, to be kept; opens for this place alone."""
    return seal.seal("settings", server.password.encode(), sealed_for(server)) if server.password else b""


def sealed_for(server: Server) -> str:
    """The place for which a password is kept: changed to point elsewhere, it no longer opens."""
    return f"mail_profile|{scope.current_id()}|{server.host}|{server.port}|{server.tls}|{server.username}"


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
