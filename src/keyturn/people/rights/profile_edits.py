"""What operators do with the profiles of the organization: add, change, remove."""

from datetime import datetime
from typing import Any

from keyturn.audit import events
from keyturn.lib import edits
from keyturn.lib.edits import Changes, EditLost, Seen
from keyturn.people.rights import catalogue, wanted
from keyturn.people.rights.models import Permission, Profile, ProfilePermission
from keyturn.people.rights.wanted import NewProfile


def add(new: NewProfile, now: datetime, *, actor: str) -> Profile:
    """Put a profile into the catalogue; raises RightsRefused."""
    columns = {"key": wanted.key(new.key)} | _columns(new)
    with catalogue.held_still():
        catalogue.refuse_if_taken(Profile, columns["key"], wanted.MOST_PROFILES)
        wished = _permissions(new)
        row = Profile.objects.create(**columns)
        _fill(row, wished)
        events.record(
            "profile.added", at=now, actor=actor, subject=_named(row), **columns, permissions=sorted(wished)
        )
    return row


def change(seen: Seen, new: NewProfile, now: datetime, *, actor: str) -> Changes:
    """Change all but the key, which programs read; raises RightsRefused or EditLost."""
    row, columns = seen.row, _columns(new)
    with catalogue.held_still():
        if row.version != seen.version:
            raise EditLost
        wished, before = _permissions(new), permissions_of(row)
        changes = edits.between(row, columns)
        if wished != before:
            changes["permissions"] = (sorted(before), sorted(wished))
        if changes:
            _write(row, columns)
            ProfilePermission.objects.filter(profile=row).exclude(permission__key__in=wished).delete()
            _fill(row, wished - before)
            told = edits.told(changes)
            events.record("profile.changed", at=now, actor=actor, subject=_named(row), key=row.key, changed=told)
    return changes


def remove(seen: Seen, told: int, now: datetime, *, actor: str) -> None:
    """Take a profile away from everybody; raises EditLost, or StillHeld when more people than `told` have it."""
    with catalogue.held_still():
        subject, people = _named(seen.row), catalogue.delete(seen, told)
        events.record("profile.removed", at=now, actor=actor, subject=subject, key=seen.row.key, people=people)


def permissions_of(row: Profile) -> frozenset[str]:
    """The keys of what a profile holds."""
    return frozenset(ProfilePermission.objects.filter(profile=row).values_list("permission__key", flat=True))


def _write(row: Profile, columns: dict[str, Any]) -> None:
    """The columns, and a new version whether they differ or not: what the profile holds may be what does."""
    written = Profile.objects.filter(pk=row.pk, version=row.version)
    if not written.update(version=row.version + 1, **columns):
        raise EditLost


def _fill(row: Profile, keys: frozenset[str]) -> None:
    permissions = Permission.objects.filter(key__in=keys)
    ProfilePermission.objects.bulk_create([ProfilePermission(profile=row, permission=one) for one in permissions])


def _permissions(new: NewProfile) -> frozenset[str]:
    known = dict.fromkeys(Permission.objects.values_list("key", flat=True))
    return wanted.among(new.permissions, known, "permissions", "unknown_permission")


def _columns(new: NewProfile) -> dict[str, Any]:
    return {"label": wanted.label(new.label), "is_cloneable": new.is_cloneable}


def _named(row: Profile) -> str:
    return f"profile:{row.pk}"
