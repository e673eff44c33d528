"""The tenant's HTTP gateway for text messages: what may be typed, where its key lies, how the worker opens it.

The key is sealed and bound to the address that it is meant for: changed to point elsewhere, it no longer opens.
"""

import re
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from keyturn.audit import events
from keyturn.lib import askable, edits, seal, text
from keyturn.lib.edits import EditLost
from keyturn.outbox.models import SmsGateway
from keyturn.outbox.transports.http_sms import BASIC, BEARER, DIGITS, E164, FORM, HEADER, JSON, NO_AUTH, Gateway
from keyturn.tenants import prepared, scope

BODIES, STYLES, AUTHS = (JSON, FORM), (E164, DIGITS), (NO_AUTH, BEARER, BASIC, HEADER)
_FIELD = re.compile(r"[A-Za-z0-9_.-]{1,58}(?:\[\])?")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,59}")
_OURS = {"host", "content-length", "content-type", "transfer-encoding", "connection", "idempotency-key", "accept"}


class GatewayRefused(ValueError):
    """A gateway cannot be used. `field` names what is wrong, `reason` is a stable word:

    empty, too_long, control_character, not_unicode, not_a_url, needs_tls, not_a_field, the_same_field, not_a_header,
    not_ascii, not_a_choice, retype_secret
    """

    def __init__(self, reason: str, field: str):
        super().__init__(f"{field}: {reason}")
        self.reason = reason
        self.field = field


@dataclass(frozen=True)
class NewGateway:
    """A gateway as an operator describes it. An empty secret keeps the one that is kept."""

    name: str
    url: str
    body: str = JSON
    number_field: str = "to"
    text_field: str = "text"
    sender_field: str = ""
    sender: str = ""
    number_style: str = E164
    auth: str = NO_AUTH
    auth_name: str = ""
    secret: str = field(default="", repr=False)
    is_enabled: bool = True


def current() -> SmsGateway | None:
    """The tenant's gateway, enabled or not."""
    return SmsGateway.objects.first()


@prepared.one
def enabled():
    """The gateway that carries text messages now; None when there is none."""
    return SmsGateway.objects.filter(is_enabled=True)


def save(new: NewGateway, version: int, now: datetime, *, actor: str) -> SmsGateway:
    """Put the gateway on record, or change it; version 0 for a new one. Raises GatewayRefused or EditLost."""
    gateway, kept = checked(new), current()
    wanted = {name: value for name, value in asdict(gateway).items() if name not in {"secret", "guarded"}}
    wanted["is_enabled"] = new.is_enabled
    if gateway.secret or gateway.auth == NO_AUTH:
        wanted["sealed_secret"] = sealed(gateway) if gateway.secret else b""
    elif kept is None or sealed_for(gateway) != sealed_for(described(kept)):
        raise GatewayRefused("retype_secret", "secret")
    try:
        with transaction.atomic():
            return _written(kept, version, wanted, (now, actor))
    except IntegrityError:  # somebody else made the first one
        raise EditLost from None


@transaction.atomic
def remove(version: int, now: datetime, *, actor: str) -> None:
    """Take it away; text messages then go by people's cell providers. Raises EditLost."""
    if not SmsGateway.objects.filter(version=version).delete()[0]:
        raise EditLost
    events.record("sms_gateway.removed", at=now, actor=actor)


def checked(new: NewGateway) -> Gateway:
    """The gateway that a description means; raises GatewayRefused."""
    for name, allowed in (("body", BODIES), ("number_style", STYLES), ("auth", AUTHS)):
        if getattr(new, name) not in allowed:
            raise GatewayRefused("not_a_choice", name)
    return Gateway(
        name=_line(new.name, "name", 100),
        url=_url(new.url),
        body=new.body,
        **_fields(new),
        sender=_line(new.sender, "sender", 60, may_be_empty=not new.sender_field),
        number_style=new.number_style,
        auth=new.auth,
        auth_name=_auth_name(new),
        secret=_credential(new.secret, "secret", 500) if new.auth != NO_AUTH else "",
    )


def described(row: SmsGateway) -> Gateway:
    """What is on record, without the secret."""
    names = [name for name in Gateway.__dataclass_fields__ if name not in {"secret", "guarded"}]
    return Gateway(**{name: getattr(row, name) for name in names})


def opened(row: SmsGateway) -> Gateway:
    """With the secret; one that does not open is left out, and the gateway then turns us down. For the worker."""
    return with_secret(described(row), bytes(row.sealed_secret))


def with_secret(gateway: Gateway, kept: bytes) -> Gateway:
    """The gateway with a kept secret, if that was kept for this very place."""
    if not kept:
        return gateway
    try:
        secret = seal.unseal("settings", kept, sealed_for(gateway)).decode()
    except seal.SealBroken:
        return gateway
    return Gateway(**{**vars(gateway), "secret": secret})


def sealed(gateway: Gateway) -> bytes:
    """The secret, to be kept; opens for this place alone."""
    return seal.seal("settings", gateway.secret.encode(), sealed_for(gateway))


def sealed_for(gateway: Gateway) -> str:
    """The place for which a secret is kept: who is asked, and in what form it is shown to them."""
    return f"sms_gateway|{scope.current_id()}|{gateway.place}|{gateway.is_plain}|{gateway.auth}|{gateway.auth_name}"


def _written(kept: SmsGateway | None, version: int, wanted: dict, by: tuple[datetime, str]) -> SmsGateway:
    now, actor = by
    if kept is None and version == 0:
        row = SmsGateway.objects.create(**wanted)
        events.record("sms_gateway.saved", at=now, actor=actor, name=row.name, host=described(row).place[0])
        return row
    if kept is None:
        raise EditLost
    if changes := edits.save(edits.Seen(kept, version), wanted):
        host, told = described(kept).place[0], edits.told(changes)
        events.record("sms_gateway.saved", at=now, actor=actor, name=kept.name, host=host, changed=told)
    return kept


def _url(raw: str) -> str:
    try:
        return askable.address(raw)
    except askable.AddressUnfit as problem:
        raise GatewayRefused(problem.reason, "url") from problem


def _fields(new: NewGateway) -> dict[str, str]:
    names = {"number_field": new.number_field, "text_field": new.text_field, "sender_field": new.sender_field}
    used = [value for value in names.values() if value]
    for name, value in names.items():
        if not value and name != "sender_field":
            raise GatewayRefused("empty", name)
        if value and not _FIELD.fullmatch(value):
            raise GatewayRefused("not_a_field", name)
        if value and used.count(value) > 1:
            raise GatewayRefused("the_same_field", name)
    return names


def _auth_name(new: NewGateway) -> str:
    if new.auth == HEADER:
        if not _HEADER.fullmatch(new.auth_name) or new.auth_name.lower() in _OURS:
            raise GatewayRefused("not_a_header", "auth_name")
        return new.auth_name
    return _credential(new.auth_name, "auth_name", 100) if new.auth == BASIC else ""


def _credential(raw: str, name: str, at_most: int) -> str:
    if len(raw) > at_most:
        raise GatewayRefused("too_long", name)
    if not (raw.isascii() and raw.isprintable()):
        raise GatewayRefused("not_ascii", name)
    return raw.strip()


def _line(raw: str, name: str, at_most: int, *, may_be_empty: bool = False) -> str:
    try:
        return text.line(raw, at_most=at_most, may_be_empty=may_be_empty)
    except text.TextRefused as problem:
        raise GatewayRefused(problem.reason, name) from problem
