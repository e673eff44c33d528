"""The one search box: a name, user name, email or phone number in any spelling, whole or only begun.

Bounded whatever the size of the tenant: each look is a range of an index that is read a few hundred entries far.
Where more people begin like this, `Hits.is_cut` says so, and somebody should type more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from keyturn.lib import phones
from keyturn.lib.addresses import AddressRefused, parse
from keyturn.people import queries
from keyturn.people.core import terms
from keyturn.people.core.terms import Range
from keyturn.people.models import Person, SearchTerm
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

MOST = 200  # people that one search looks at
_ENTRIES = 2 * MOST  # a person may be found by several terms of one range
_CANDIDATES = 1_000  # entries of one word of several, among whom those of the other words are looked for


@dataclass(frozen=True)
class Hits:
    """Whom a search found, in no order; `is_cut` where there are more."""

    people: frozenset[UUID]
    is_cut: bool = False


def find(typed: str) -> Hits:
    """Everybody whom this may mean."""
    looks = terms.ranges(typed)
    if terms.looks_like_number(typed):
        looks += _number_ranges(typed)
    entries = [_entries_in(look) for look in looks]
    people = {person_id for found in entries for person_id, _term in found}
    is_cut = len(people) > MOST or any(len(found) == _ENTRIES for found in entries)
    words = terms.words(typed)
    if len(words) > 1 and not people:
        people, is_cut = _people_of_all(words)
    return Hits(frozenset(sorted(people)[:MOST]), is_cut or len(people) > MOST)


def exactly(typed: str) -> Person | None:
    """The one person whom a whole email or phone number finds; None where it may mean others as well."""
    try:
        return queries.by_email(parse(typed))
    except AddressRefused:
        pass
    try:
        return queries.by_phone(phones.parse(typed, _region()))
    except phones.PhoneRefused:
        return None


def _entries_in(look: Range, at_most: int = _ENTRIES) -> list[tuple[UUID, bytes]]:
    entries = SearchTerm.objects.filter(term__gte=look.first, term__lt=look.end).order_by("term", "person_id")
    return [(person_id, bytes(term)) for person_id, term in entries.values_list("person_id", "term")[:at_most]]


def _people_of_all(words: list[Range]) -> tuple[set[UUID], bool]:
    """Whoever has all of these words, looked for among those of a word that few people have: in their name, or
    where nobody's name has them, in all that finds somebody.

    Where every word is common, among some of those who have the last; then there may be more.
    """
    for rare in words:
        found, is_cut = _entries_in(rare, _CANDIDATES), False
        if len(found) < _CANDIDATES:
            break
        is_cut = True
    others = [word for word in words if word != rare]
    named = {person_id for person_id, term in found if _has_all(terms.turns(term), others)}
    return named or {person_id for person_id, theirs in _terms_of(found).items() if _has_all(theirs, others)}, is_cut


def _terms_of(entries: Iterable[tuple[UUID, bytes]]) -> dict[UUID, list[bytes]]:
    """Everything that finds the people of these entries. Not asked for within a range, all of which the database
    might read: for the beginning of a common name that is a good part of the tenant."""
    people, found = {person_id for person_id, _term in entries}, {}
    for person_id, term in SearchTerm.objects.filter(person_id__in=people).values_list("person_id", "term"):
        found.setdefault(person_id, []).append(bytes(term))
    return found


def _has_all(theirs: Iterable[bytes], words: Iterable[Range]) -> bool:
    return all(any(word.first <= term < word.end for term in theirs) for word in words)


def _number_ranges(typed: str) -> list[Range]:
    region = _region()
    return terms.number_ranges(typed, phones.country_code(region))


def _region() -> str:
    return Tenant.objects.values_list("phone_region", flat=True).get(pk=scope.current_id())
