"""What operators do with mail profiles: add, change, order, remove. An empty password keeps the one that is kept.

Profiles of a location are a list of their own, beside the tenant's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from keyturn.audit import events
from keyturn.lib import edits
from keyturn.lib.edits import EditLost, Seen
from keyturn.outbox import profiles
from keyturn.outbox.mail_services import Account
from keyturn.outbox.models import MailProfile
from keyturn.outbox.profiles import Described, NewProfile, ProfileRefused

MOST = 10  # of one tenant or location; each is tried in turn


def add(new: NewProfile, now: datetime, *, actor: str, location_id: UUID | None = None) -> MailProfile:
    """Put a profile at the end of the list; raises ProfileRefused (also: taken, too_many)."""
    described, beside = profiles.checked(new), MailProfile.objects.filter(location_id=location_id)
    _needs_key(described, kept=b"")
    if beside.count() >= MOST:
        raise ProfileRefused("too_many", "name")
    last = beside.aggregate(Max("position"))["position__max"]
    row = profiles.columns(described) | {
        "position": 0 if last is None else last + 1,
        "sealed_password": profiles.sealed(described),
        "is_owners": False,
        "location_id": location_id,
    }
    with _refusing_the_same_name():
        profile = MailProfile.objects.create(**row)
        profiles.record(described, now, actor, **_where(profile))
    return profile


def change(seen: Seen, new: NewProfile, now: datetime, *, actor: str) -> MailProfile:
    """Change one; raises ProfileRefused (also: taken, retype_password) or EditLost."""
    profile, described = seen.row, profiles.checked(new)
    is_elsewhere = profiles.sealed_for(described) != profiles.sealed_for(profiles.as_described(profile))
    if is_elsewhere and profile.sealed_password and _signs_in(described) and not described.password:
        raise ProfileRefused("retype_password", "password")
    _needs_key(described, kept=profile.sealed_password)
    wanted = profiles.columns(described)
    if described.password or not _signs_in(described):
        wanted["sealed_password"] = profiles.sealed(described)
    if is_elsewhere:
        wanted["is_owners"] = False
    with _refusing_the_same_name():
        if changes := edits.save(seen, wanted):
            profiles.record(described, now, actor, changed=edits.told(changes), **_where(profile))
    return profile


@transaction.atomic
def remove(seen: Seen, now: datetime, *, actor: str) -> None:
    """Take one away, if it is still the one that was seen; raises EditLost."""
    profile = seen.row
    if not MailProfile.objects.filter(pk=profile.pk, version=seen.version).delete()[0]:
        raise EditLost
    told = {"name": profile.name, "host": profile.host} | _where(profile)
    events.record("mail_profile.removed", at=now, actor=actor, **told)


@transaction.atomic
def move_up(profile_id: UUID, now: datetime, *, actor: str) -> None:
    """Let one change places with the one before it in its list; the first stays where it is."""
    mine = MailProfile.objects.filter(pk=profile_id).first()
    beside = MailProfile.objects.filter(location_id=mine.location_id if mine else None)
    order = list(beside.select_for_update().order_by("position", "name"))
    place = next((place for place, one in enumerate(order) if one.pk == profile_id), 0)
    if place == 0:
        return
    order[place - 1], order[place] = order[place], order[place - 1]
    for position, one in enumerate(order):
        MailProfile.objects.filter(pk=one.pk).exclude(position=position).update(position=position)
    events.record(
        "mail_profiles.reordered", at=now, actor=actor, order=[one.name for one in order], **_where(order[0])
    )


def _signs_in(described: Described) -> bool:
    """Whether there is anything that a password opens; a mail server may take mail without."""
    return isinstance(described, Account) or bool(described.username)


def _needs_key(described: Described, kept: bytes) -> None:
    if isinstance(described, Account) and not (described.password or kept):
        raise ProfileRefused("empty", "password")


def _where(profile: MailProfile) -> dict[str, Any]:
    """The location of a profile that has one, as the audit tells it."""
    return {"location": str(profile.location_id)} if profile.location_id else {}


@contextmanager
def _refusing_the_same_name() -> Iterator[None]:
    """A transaction that a second profile of one name ends."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise ProfileRefused("taken", "name") from None
