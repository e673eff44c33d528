"""What is kept beside people so that lists and searches need not look everybody up: terms, and how they are reached.

Derived from the person and the addresses alone; `step` makes it true again, in the transaction that changed them.
"""

from collections.abc import Iterable

from keyturn.people.core import terms
from keyturn.people.models import Address, Person, SearchTerm


def step(person: Person) -> None:
    """Keep step with a person that was put on record or changed."""
    on_record = list(Address.objects.filter(person=person, told_until=None))
    reach = _reach(next((address for address in on_record if address.is_main), None))
    can_be_reached = reach == Person.REACHED and person.is_active
    if (person.reach, person.can_be_reached) != (reach, can_be_reached):
        person.reach, person.can_be_reached = reach, can_be_reached
        Person.objects.filter(pk=person.pk).update(reach=reach, can_be_reached=can_be_reached)
    _keep_terms(person, wanted_terms(person, on_record))


def wanted_terms(person: Person, on_record: Iterable[Address]) -> set[bytes]:
    """Everything that finds this person in a search."""
    found = terms.of_name(person.name) | terms.of_text(person.identifier)
    for address in on_record:
        found |= terms.of_number(address.key) if address.kind == Address.PHONE else terms.of_text(address.raw)
    return found


def _reach(main: Address | None) -> str:
    if main is None:
        return Person.NO_EMAIL
    if main.bounced_at is not None:
        return Person.BOUNCED
    return Person.REACHED if main.may_receive else Person.SILENT


def _keep_terms(person: Person, wanted: set[bytes]) -> None:
    kept = {bytes(term): key for key, term in SearchTerm.objects.filter(person=person).values_list("pk", "term")}
    if gone := [key for term, key in kept.items() if term not in wanted]:
        SearchTerm.objects.filter(pk__in=gone).delete()
    new = sorted(wanted - kept.keys())
    SearchTerm.objects.bulk_create([SearchTerm(person=person, term=term) for term in new])
