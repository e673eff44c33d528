"""Rights as the programs of an organization read them: a few statements, however large its catalogue is."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from keyturn.people.models import Person
from keyturn.people.rights import models
from keyturn.people.rights.core import CompanyException, Rights
from keyturn.people.rights.models import Permission, PersonPermission, PersonProfile, ProfilePermission
from keyturn.tenants import prepared


@dataclass(frozen=True)
class Carried:
    """What somebody who is signed in may do: the keys of all their permissions, and the rest as it is held."""

    permissions: tuple[str, ...]
    profiles: tuple[str, ...]
    exceptions: tuple[CompanyException, ...]

    def plain(self) -> dict[str, list]:
        """The same ready to be written as JSON, as `GET /api/v1/me` has it."""
        return {
            "permissions": list(self.permissions),
            "profiles": list(self.profiles),
            "company_exceptions": [{"company": one.company, "effect": one.effect} for one in self.exceptions],
        }


def carried(person: Person) -> Carried:
    """The rights of a person who is active, in the order of their keys."""
    return Carried(
        tuple(sorted(key for (key,) in _effective(person_id=person.pk))),
        tuple(sorted(key for (key,) in _profiles(person_id=person.pk))),
        tuple(sorted(CompanyException(*one) for one in _exceptions(person_id=person.pk))),
    )


def ticked(people: Iterable[Person]) -> dict[UUID, Rights]:
    """Permissions and profiles of several people, as they are held, in two statements; without the companies."""
    ids = [person.pk for person in people]
    permissions, profiles = defaultdict(set), defaultdict(set)
    for person_id, key in PersonPermission.objects.filter(person__in=ids).values_list("person_id", "permission__key"):
        permissions[person_id].add(key)
    for person_id, key in PersonProfile.objects.filter(person__in=ids).values_list("person_id", "profile__key"):
        profiles[person_id].add(key)
    return {pk: Rights(frozenset(permissions[pk]), frozenset(profiles[pk])) for pk in ids}


@prepared.select
def _effective(person_id):
    """As core.effective says it; a test compares them."""
    own = PersonPermission.objects.filter(person_id=person_id).values("permission_id")
    theirs = PersonProfile.objects.filter(person_id=person_id).values("profile_id")
    bundled = ProfilePermission.objects.filter(profile_id__in=theirs).values("permission_id")
    return Permission.objects.filter(Q(pk__in=own) | Q(pk__in=bundled)).values_list("key")


@prepared.select
def _profiles(person_id):
    return PersonProfile.objects.filter(person_id=person_id).values_list("profile__key")


@prepared.select
def _exceptions(person_id):
    return models.CompanyException.objects.filter(person_id=person_id).values_list("company", "effect")
