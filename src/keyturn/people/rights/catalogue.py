"""The organization's permissions and profiles: all of them at once, who has one, and the lock that holds them still.

What is edited stands in `permission_edits` and `profile_edits`.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.models import Model, Q, QuerySet

from keyturn.lib.edits import EditLost, Seen
from keyturn.people.models import Person
from keyturn.people.rights import core
from keyturn.people.rights.models import (
    LoweredPermission,
    Permission,
    PersonPermission,
    PersonProfile,
    Profile,
    ProfilePermission,
)
from keyturn.people.rights.wanted import RightsRefused
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant


class StillHeld(Exception):
    """More people hold what should be removed than whoever confirmed it was told; `people` is how many do."""

    def __init__(self, people: int):
        super().__init__(f"{people} people hold it")
        self.people = people


def lock() -> None:
    """Hold the catalogue still until the transaction ends. Taken before a person's lock, never after it."""
    Tenant.objects.select_for_update(no_key=True).values_list("pk").get(pk=scope.current_id())


def read() -> core.Catalogue:
    """Everything there is."""
    bundles = defaultdict(set)
    for profile, permission in ProfilePermission.objects.values_list("profile__key", "permission__key"):
        bundles[profile].add(permission)
    lowered = frozenset(LoweredPermission.objects.values_list("key", flat=True))
    return core.Catalogue(
        {row.key: _as_core(row, lowered) for row in Permission.objects.all()},
        {
            row.key: core.Profile(row.key, frozenset(bundles[row.key]), row.is_cloneable, row.label)
            for row in Profile.objects.all()
        },
    )


def holders(row: Permission | Profile) -> QuerySet[Person]:
    """Everybody who has a permission, on their own or by a profile, or who has a profile."""
    if isinstance(row, Profile):
        return Person.objects.filter(pk__in=PersonProfile.objects.filter(profile=row).values("person_id"))
    bundles = ProfilePermission.objects.filter(permission=row).values("profile_id")
    own = PersonPermission.objects.filter(permission=row).values("person_id")
    by_profile = PersonProfile.objects.filter(profile_id__in=bundles).values("person_id")
    return Person.objects.filter(Q(pk__in=own) | Q(pk__in=by_profile))


def refuse_if_taken(model: type[Model], key: str, most: int) -> None:
    """Raise RightsRefused when there are as many as there may be, or one of this key in whatever capitals."""
    if model.objects.filter(key__iexact=key).exists():
        raise RightsRefused("taken", "key")
    if model.objects.count() >= most:
        raise RightsRefused("too_many", "key")


def delete(seen: Seen, told: int) -> int:
    """Take a permission or a profile away from everybody, and say from how many; raises EditLost or StillHeld.

    `told` is the number of holders that whoever confirmed it was shown.
    """
    people = holders(seen.row).count()
    if people > told:
        raise StillHeld(people)
    if not type(seen.row).objects.filter(pk=seen.row.pk, version=seen.version).delete()[0]:
        raise EditLost
    return people


def _as_core(row: Permission, lowered: frozenset[str]) -> core.Permission:
    return core.Permission(row.key, row.kind, row.is_cloneable, row.label, row.key.lower() in lowered)


@contextmanager
def held_still() -> Iterator[None]:
    """A transaction in which nobody else edits the catalogue, and no PIN is used."""
    try:
        with transaction.atomic():
            lock()
            yield
    except IntegrityError:  # two who add one key at a time are told apart by the lock; this is for what is not ours
        raise RightsRefused("taken", "key") from None
