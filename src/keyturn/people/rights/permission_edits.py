"""What operators do with the permissions of the organization: add, change, remove."""

from datetime import datetime

from keyturn.audit import events
from keyturn.lib import edits
from keyturn.lib.edits import Seen
from keyturn.people.rights import catalogue, wanted
from keyturn.people.rights.models import Permission
from keyturn.people.rights.wanted import NewPermission


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
            told = edits.told(changes)
            events.record(
                "permission.changed", at=now, actor=actor, subject=_named(seen.row), key=seen.row.key, changed=told
            )
    return changes


def remove(seen: Seen, told: int, now: datetime, *, actor: str) -> None:
    """Take a permission away from everybody; raises EditLost, or StillHeld when more people than `told` have it."""
    with catalogue.held_still():
        subject, people = _named(seen.row), catalogue.delete(seen, told)
        events.record("permission.removed", at=now, actor=actor, subject=subject, key=seen.row.key, people=people)


def _columns(new: NewPermission) -> dict[str, object]:
    return {"label": wanted.label(new.label), "kind": wanted.kind(new.kind), "is_cloneable": new.is_cloneable}


def _named(row: Permission) -> str:
    return f"permission:{row.pk}"
