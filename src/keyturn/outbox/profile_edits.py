"""What operators do with mail profiles: add, change, order, remove. An empty password keeps the one that is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from keyturn.audit import events
from keyturn.lib import edits
from keyturn.lib.edits import EditLost, Seen
from keyturn.outbox import profiles
from keyturn.outbox.models import MailProfile
from keyturn.outbox.profiles import NewProfile, ProfileRefused
from keyturn.outbox.transports.server import Server

MOST = 10  # of one tenant; each is tried in turn


def add(new: NewProfile, now: datetime, *, actor: str) -> MailProfile:
    """Put a profile at the end of the list; raises ProfileRefused (also: taken, too_many)."""
    server = profiles.checked(new)
    if MailProfile.objects.count() >= MOST:
        raise ProfileRefused("too_many", "name")
    last = MailProfile.objects.aggregate(Max("position"))["position__max"]
    columns = _columns(server) | {
        "position": 0 if last is None else last + 1,
        "sealed_password": profiles.sealed(server),
        "is_owners": False,
    }
    with _refusing_the_same_name():
        profile = MailProfile.objects.create(**columns)
        _record(now, actor, server)
    return profile


def change(seen: Seen, new: NewProfile, now: datetime, *, actor: str) -> MailProfile:
    """Change one; raises ProfileRefused (also: taken, retype_password) or EditLost."""
    profile, server = seen.row, profiles.checked(new)
    is_elsewhere = profiles.sealed_for(server) != profiles.sealed_for(_of(profile))
    if is_elsewhere and profile.sealed_password and server.username and not server.password:
        raise ProfileRefused("retype_password", "password")
    wanted = _columns(server)
    if server.password or not server.username:
        wanted["sealed_password"] = profiles.sealed(server)
    if is_elsewhere:
        wanted["is_owners"] = False
    with _refusing_the_same_name():
        if changes := edits.save(seen, wanted):
            _record(now, actor, server, changed=edits.told(changes))
    return profile


@transaction.atomic
def remove(seen: Seen, now: datetime, *, actor: str) -> None:
    """Take one away, if it is still the one that was seen; raises EditLost."""
    profile = seen.row
    if not MailProfile.objects.filter(pk=profile.pk, version=seen.version).delete()[0]:
        raise EditLost
    events.record("mail_profile.removed", at=now, actor=actor, name=profile.name, host=profile.host)


@transaction.atomic
def move_up(profile_id: UUID, now: datetime, *, actor: str) -> None:
    """Let one change places with the one before it; the first stays where it is."""
    order = list(MailProfile.objects.select_for_update().order_by("position", "name"))
    place = next((place for place, one in enumerate(order) if one.pk == profile_id), 0)
    if place == 0:
        return
    order[place - 1], order[place] = order[place], order[place - 1]
    for position, one in enumerate(order):
        MailProfile.objects.filter(pk=one.pk).exclude(position=position).update(position=position)
    events.record("mail_profiles.reordered", at=now, actor=actor, order=[one.name for one in order])


def as_described(profile: MailProfile) -> NewProfile:
    """A profile as a form shows it: everything but the password, which nobody sees again."""
    return NewProfile(
        name=profile.name,
        host=profile.host,
        port=profile.port,
        tls=profile.tls,
        username=profile.username,
        from_address=profile.from_address,
        from_name=profile.from_name,
        position=profile.position,
    )


def _of(profile: MailProfile) -> Server:
    return profiles.checked(replace(as_described(profile), password=""))


def _columns(server: Server) -> dict[str, Any]:
    names = ("name", "host", "port", "tls", "username", "from_address", "from_name")
    return {name: getattr(server, name) for name in names}


def _record(now: datetime, actor: str, server: Server, **details: Any) -> None:
    told = {"name": server.name, "host": server.host, "tls": server.tls}
    events.record("mail_profile.saved", at=now, actor=actor, **told, **details)


@contextmanager
def _refusing_the_same_name() -> Iterator[None]:
    """A transaction that a second profile of one name ends."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise ProfileRefused("taken", "name") from None
