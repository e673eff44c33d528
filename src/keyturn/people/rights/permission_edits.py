"""What operators do with the permissions of the organization: add, change, remove.

What stood above the plain is remembered by its key when it is made plain or removed: for as long as a PIN lives by
default it counts as elevated, so that nobody lowers a permission, mails a PIN alone, and raises it again (M2.8).
"""

from datetime import datetime, timedelta

from keyturn.audit import events
from keyturn.lib import edits
from keyturn.lib.edits import Seen
from keyturn.people.rights import catalogue, wanted
from keyturn.people.rights.core import Kind
from keyturn.people.rights.models import LoweredPermission, Permission
from keyturn.people.rights.wanted import NewPermission

STILL_ELEVATED = timedelta(days=30)


def add(new: NewPermission, now: datetime, *, actor: str) -> Permission:
    """Put a permission into the catalogue; raises RightsRefused."""
    columns = {"key": wanted.key(new.key)} | _columns(new)
    with catalogue.held_still():
        catalogue.refuse_if_taken(Permission, columns["key"], wanted.MOST_PERMISSIONS)
        row = Permission.objects.create(**columns)
        events.record("permission.added", at=now, actor=actor, subject=_named(row), **columns)
    return row


def change(seen: Seen, new: NewPermission, now: datetime, *, actor: str) -> edits.Changes:
    """Change all but the key, which programs read; raises RightsRefused or EditLost."""
    columns = _columns(new)
    with catalogue.held_still():
        if changes := edits.save(seen, columns):
            _remember(seen.row.key, changes.get("kind", (Kind.PLAIN,))[0], now)
            told = edits.told(changes)
            events.record(
                "permission.changed", at=now, actor=actor, subject=_named(seen.row), key=seen.row.key, changed=told
            )
    return changes


def remove(seen: Seen, told: int, now: datetime, *, actor: str) -> None:
    """Take a permission away from everybody; raises EditLost, or StillHeld when more people than `told` have it."""
    with catalogue.held_still():
        subject, people = _named(seen.row), catalogue.delete(seen, told)
        _remember(seen.row.key, seen.row.kind, now)
        events.record("permission.removed", at=now, actor=actor, subject=subject, key=seen.row.key, people=people)


def purge(now: datetime) -> None:
    """Forget what was lowered in the current tenant so long ago that it is plain by now."""
    LoweredPermission.objects.filter(at__lte=now - STILL_ELEVATED).delete()


def _remember(key: str, kind_before: str, now: datetime) -> None:
    if kind_before != Kind.PLAIN:
        LoweredPermission.objects.update_or_create(key=key.lower(), defaults={"at": now})


def _columns(new: NewPermission) -> dict[str, object]:
    return {"label": wanted.label(new.label), "kind": wanted.kind(new.kind), "is_cloneable": new.is_cloneable}


def _named(row: Permission) -> str:
    return f"permission:{row.pk}"
