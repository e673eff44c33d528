"""The rights of a world file into rows: the catalogue first, then what people hold. Nothing is taken out of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from keyturn.cli.world.complaints import Complaint, WorldRefused
from keyturn.cli.world.plans import PersonPlan, RightPlan, TenantPlan
from keyturn.lib.edits import Seen
from keyturn.people.changes import OWNER
from keyturn.people.models import Permission, Person, Profile
from keyturn.people.rights import catalogue, core, holding, permission_edits, profile_edits
from keyturn.people.rights.wanted import NewPermission, NewProfile, RightsRefused

_SENTENCES = {
    "taken": "is there already in other capitals",
    "too_many": "is one more than an organization may have",
    "unknown_permission": "names a permission that this tenant does not have",
}
LISTS = {"permissions": "permissions", "profiles": "profiles", "company_exceptions": "exceptions"}  # of a person


def furnish(plan: TenantPlan, now: datetime) -> None:
    """The permissions and profiles of a tenant; raises WorldRefused.

    Comes before its people: whoever holds a person's row never waits for the catalogue.
    """
    catalogue.lock()
    for one in plan.permissions:
        _kept(one, _permission, now)
    for one in plan.rights_profiles:
        _kept(one, _profile, now)


def refuse_unknown(one: PersonPlan, known: core.Catalogue) -> None:
    """Raise WorldRefused for what a person cannot hold because there is none."""
    for name, keys, there in (
        ("permissions", one.rights.permissions, known.permissions),
        ("profiles", one.rights.profiles, known.profiles),
    ):
        if unknown := sorted(keys - there.keys()):
            message = f"there is no {name[:-1]} {unknown[0]!r} in this tenant"
            raise WorldRefused(Complaint(one.place.line, f"{one.place.path}.{name}", message))


def grant(one: PersonPlan, person: Person, now: datetime) -> None:
    """What the file says that a person holds; lists that it leaves out stay as they are."""
    said = [name for name in LISTS if name in one.said]
    if not said:
        return
    wished = {LISTS[name]: getattr(one.rights, LISTS[name]) for name in said}
    holding.give(person, replace(holding.rights_of(person), **wished), now, actor=OWNER)


def _kept(one: RightPlan, keep: Callable[[RightPlan, datetime], None], now: datetime) -> None:
    try:
        keep(one, now)
    except RightsRefused as refused:
        sentence = _SENTENCES.get(refused.reason, f"cannot be taken: {refused.reason}")
        raise WorldRefused(Complaint(one.place.line, f"{one.place.path}.{refused.field}", sentence)) from None


def _permission(one: RightPlan, now: datetime) -> None:
    row = Permission.objects.filter(key=one.key).first()
    if row is None:
        permission_edits.add(replace(NewPermission(one.key, one.key), **one.said), now, actor=OWNER)
        return
    kept = NewPermission(row.key, row.label, row.kind, row.is_cloneable)
    permission_edits.change(Seen(row, row.version), replace(kept, **one.said), now, actor=OWNER)


def _profile(one: RightPlan, now: datetime) -> None:
    row = Profile.objects.filter(key=one.key).first()
    if row is None:
        profile_edits.add(replace(NewProfile(one.key, one.key), **one.said), now, actor=OWNER)
        return
    kept = NewProfile(row.key, row.label, profile_edits.permissions_of(row), row.is_cloneable)
    profile_edits.change(Seen(row, row.version), replace(kept, **one.said), now, actor=OWNER)
