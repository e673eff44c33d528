"""Mail profiles: by which servers and services a tenant's mail is offered, in order, and how one is put on record.

A location may have profiles of its own; otherwise the tenant's count, and without any the installation's
(KEYTURN_EMAIL_URL). Passwords and keys lie sealed, bound to the place they are meant for: changed to point
elsewhere, a profile no longer opens.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from keyturn.audit import events
from keyturn.lib import seal
from keyturn.outbox.describing import INSTALLATION, NewProfile, ProfileRefused, checked, from_url
from keyturn.outbox.mail_services import SMTP, Account
from keyturn.outbox.models import MailProfile
from keyturn.outbox.transports.server import IMPLICIT, Server
from keyturn.tenants import prepared, scope

__all__ = ["INSTALLATION", "NewProfile", "ProfileRefused", "checked", "from_url"]  # and what stands below
HTTPS = 443
Described = Server | Account


def save(new: NewProfile, now: datetime, *, actor: str = "owner", location_id: UUID | None = None) -> MailProfile:
    """Put a profile on record, or change the one of the same name; raises ProfileRefused."""
    described = checked(new)
    if isinstance(described, Account) and not described.password:
        raise ProfileRefused("empty", "password")
    profile, _created = MailProfile.objects.update_or_create(
        name=described.name,
        defaults=columns(described)
        | {
            "position": new.position,
            "sealed_password": sealed(described),
            "is_owners": actor == "owner",
            "location_id": location_id,
        },
    )
    record(described, now, actor)
    return profile


def servers(location_id: UUID | None = None) -> list[Described]:
    """Where mail of a location is offered, in order: its own profiles, or the tenant's, or the installation's."""
    own = _profiles_of(location_id=location_id) if location_id else []
    if found := [opened(profile) for profile in own or _tenants_own()]:
        return found
    return [from_url(settings.KEYTURN_EMAIL_URL)] if settings.KEYTURN_EMAIL_URL else []


def everywhere() -> list[Described]:
    """Every profile of the tenant and of its locations, and the installation's where the tenant has none."""
    located = MailProfile.objects.exclude(location=None).order_by("location__name", "position", "name")
    return [*servers(), *map(opened, located)]


def is_last(profile: MailProfile) -> bool:
    """Whether nothing of the tenant's would leave any more without it; a location's is never the last."""
    others = MailProfile.objects.filter(location=None).exclude(pk=profile.pk)
    return profile.location_id is None and not settings.KEYTURN_EMAIL_URL and not others.exists()


def names(location_id: UUID | None = None) -> list[str]:
    """What those of `servers` are called, for operators; nothing where the installation's serves. Opens nothing."""
    own = _profiles_of(location_id=location_id) if location_id else []
    return [profile.name for profile in own or _tenants_own()]


@prepared.select
def _tenants_own():
    return MailProfile.objects.filter(location=None).order_by("position", "name")


@prepared.select
def _profiles_of(location_id):
    return MailProfile.objects.filter(location=location_id).order_by("position", "name")


def opened(profile: MailProfile) -> Described:
    """A profile with its password or key; one that does not open is left out: the server turns us down, the next is
    tried, and operators see it. For the worker."""
    described = as_described(profile)
    if not profile.sealed_password:
        return described
    try:
        password = seal.unseal("settings", profile.sealed_password, sealed_for(described)).decode()
    except seal.SealBroken:
        return described
    return replace(described, password=password)


def as_described(profile: MailProfile) -> Described:
    """What a profile describes, without its password."""
    senders = {"from_address": profile.from_address, "from_name": profile.from_name}
    if profile.service != SMTP:
        region, domain = (profile.options.get(name, "") for name in ("region", "domain"))
        return Account(profile.name, profile.service, region, username=profile.username, domain=domain, **senders)
    return Server(
        profile.name, profile.host, profile.port, profile.tls, profile.username,
        guarded=not profile.is_owners, **senders,
    )  # fmt: skip


def columns(described: Described) -> dict[str, Any]:
    """The same as the columns of a profile, without its password."""
    names = ("name", "username", "from_address", "from_name")
    shared = {name: getattr(described, name) for name in names}
    if isinstance(described, Account):
        options = {"region": described.region, "domain": described.domain}
        at = {"host": described.host, "port": HTTPS, "tls": IMPLICIT}
        return shared | at | {"service": described.service, "options": options}
    at = {name: getattr(described, name) for name in ("host", "port", "tls")}
    return shared | at | {"service": SMTP, "options": {}}


def as_kept(described: Described, profile_id: UUID) -> Described:
    """What was described, with what a profile of the very same place has: its password, and its leave to reach
    private networks. Otherwise as it is. For the worker."""
    profile = MailProfile.objects.filter(pk=profile_id).first()
    kept = opened(profile) if profile else None
    if kept is None or sealed_for(kept) != sealed_for(described):
        return described
    leave = {"guarded": kept.guarded} if isinstance(kept, Server) else {}
    return replace(described, password=described.password or kept.password, **leave)


def sealed(described: Described) -> bytes:
    """The password or key, to be kept; opens for this place alone."""
    if not described.password:
        return b""
    return seal.seal("settings", described.password.encode(), sealed_for(described))


def sealed_for(described: Described) -> str:
    """The place for which a password is kept: changed to point elsewhere, it no longer opens."""
    if isinstance(described, Account):
        place = f"{described.service}|{described.region}|{described.username}"
        return f"mail_service|{scope.current_id()}|{place}"
    place = f"{described.host}|{described.port}|{described.tls}|{described.username}"
    return f"mail_profile|{scope.current_id()}|{place}"


def record(described: Described, now: datetime, actor: str, **details: Any) -> None:
    """Write down that a profile was saved, without its password."""
    row = columns(described)
    told = {name: row[name] for name in ("name", "service", "host", "tls")}
    events.record("mail_profile.saved", at=now, actor=actor, **told, **details)
