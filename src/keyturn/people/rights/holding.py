"""What a person holds: read, given, changed, and passed on by a PIN, each under one lock, so that a PIN passes on
what its owner has at that moment and nothing that is taken away meanwhile (M2.10).
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor

from keyturn.audit import events
from keyturn.people import changes
from keyturn.people.addressing import named
from keyturn.people.models import Person
from keyturn.people.rights import catalogue, core, models, wanted
from keyturn.people.rights.core import CompanyException, Holding, Offer, Rights
from keyturn.people.rights.models import PersonPermission, PersonProfile


def rights_of(person: Person) -> Rights:
    """What somebody holds, by keys."""
    exceptions = models.CompanyException.objects.filter(person=person).values_list("company", "effect")
    return Rights(
        frozenset(PersonPermission.objects.filter(person=person).values_list("permission__key", flat=True)),
        frozenset(PersonProfile.objects.filter(person=person).values_list("profile__key", flat=True)),
        frozenset(CompanyException(company, effect) for company, effect in exceptions),
    )


def of(person: Person) -> Holding:
    """What somebody holds now; whether they are active is looked up, not believed."""
    status = Person.objects.values_list("status", flat=True).get(pk=person.pk)
    return Holding(rights_of(person), is_active=status == Person.ACTIVE)


def lock(person: Person) -> None:
    """Hold a person's rights, and the catalogue, still until the transaction ends. Raises Person.DoesNotExist."""
    catalogue.lock()
    Person.objects.select_for_update(no_key=True).values_list("pk").get(pk=person.pk)


def cloned(owner: Person, mask: frozenset[str] = frozenset(), agreed: frozenset[str] | None = None) -> Offer:
    """What a PIN of this owner passes on now. Exact where `lock` was taken before; a preview otherwise."""
    return core.clone(of(owner), catalogue.read(), mask, agreed)


@transaction.atomic
def give(person: Person, rights: Rights, now: datetime, *, actor: str) -> bool:
    """Make these the rights of a person, and say whether that changed any; raises RightsRefused."""
    lock(person)
    wished = _wished(rights)
    before = rights_of(person)
    if wished == before:
        return False
    _write(person, before, wished)
    Person.objects.filter(pk=person.pk).update(version=F("version") + 1, updated_at=now)  # whoever has a form is told
    events.record("rights.changed", at=now, actor=actor, subject=named(person), **_told(before, wished))
    return True


@transaction.atomic
def change(person: Person, rights: Rights, version: int, now: datetime, *, actor: str) -> bool:  # noqa: PLR0913
    """The same from a form; False, and nothing done, when that showed an older version of the person."""
    catalogue.lock()
    if not changes.seize(person, version, now):
        return False
    give(person, rights, now, actor=actor)
    return True


def _wished(rights: Rights) -> Rights:
    known = catalogue.read()
    return Rights(
        wanted.among(rights.permissions, known.permissions, "permissions", "unknown_permission"),
        wanted.among(rights.profiles, known.profiles, "profiles", "unknown_profile"),
        wanted.exceptions(sorted(rights.exceptions)),
    )


def _write(person: Person, before: Rights, after: Rights) -> None:
    _tick(PersonPermission.permission, person, before.permissions, after.permissions)
    _tick(PersonProfile.profile, person, before.profiles, after.profiles)
    theirs = models.CompanyException.objects.filter(person=person)
    for gone in before.exceptions - after.exceptions:
        theirs.filter(company=gone.company).delete()
    for new in sorted(after.exceptions - before.exceptions):
        models.CompanyException.objects.create(person=person, company=new.company, effect=new.effect)


def _tick(held: ForwardManyToOneDescriptor, person: Person, before: frozenset[str], after: frozenset[str]) -> None:
    """Rows of a table that says who has what: those that are gone go, new ones come, the others stay."""
    table, name, of_what = held.field.model, held.field.name, held.field.related_model
    table.objects.filter(**{"person": person, f"{name}__key__in": before - after}).delete()
    new = of_what.objects.filter(key__in=after - before)
    table.objects.bulk_create([table(**{"person": person, name: one}) for one in new])


def _told(before: Rights, after: Rights) -> dict[str, object]:
    """Before and after, of what is different."""
    pairs = {
        "permissions": (sorted(before.permissions), sorted(after.permissions)),
        "profiles": (sorted(before.profiles), sorted(after.profiles)),
        "companies": (_companies(before), _companies(after)),
    }
    return {name: {"before": old, "after": new} for name, (old, new) in pairs.items() if old != new}


def _companies(rights: Rights) -> list[str]:
    return [f"{one.effect} {one.company}" for one in sorted(rights.exceptions)]
