"""Judging a new password in the tenant we are in: its requirements and words, and what we know of the person.

Every door that takes a new password, and the meter, asks here; so what the meter says is what saving does.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from keyturn.lib import clock
from keyturn.passwords import commonest, leaked
from keyturn.passwords.core import presets
from keyturn.passwords.core.judge import Context, Judgement, judge
from keyturn.people.models import Address, Person
from keyturn.tenants import finding, prepared, scope

WHEN_SAVING = leaked.LONGEST_WAIT  # the patience of every door that saves; the meter has none
_NATIONAL = 7  # last digits of a number, by which people know their own


@dataclass(frozen=True)
class Rules:
    """A tenant's own part of every judgement."""

    requirements: presets.Requirements
    words: tuple[str, ...]
    asks_range_service: bool


def for_person(text: str, person: Person | None, extra: Iterable[str] = (), *, patience: float = 0.0) -> Judgement:
    """Judge a password that this person would take; None while nobody is known.

    `extra` is more of the person's own data, such as the name just typed. With the range service on, an answer
    that is not there yet is waited for `patience` seconds at most: WHEN_SAVING, or nothing for the meter.
    """
    rules = rules_of_tenant()
    own = [*extra, *(_known_about(person) if person else ())]
    may_ask = rules.asks_range_service and 0 < len(text) <= presets.MOST_CHARACTERS
    context = Context(
        requirements=rules.requirements,
        about=tuple(part for value in own for part in _own_part(value)),
        words=(*rules.words, *(domain for value in own for domain in _domain_words(value))),
        common=commonest.contains(text),
        leaked=may_ask and leaked.is_leaked(text, clock.now(), patience=patience),
    )
    return judge(text, context)


def rules_of_tenant() -> Rules:
    """What the tenant we are in asks of a password; pages show it before anything is typed."""
    tenant = finding.by_id(scope.current_id())
    words = tuple(word for word in tenant.password_words if isinstance(word, str))
    return Rules(
        presets.requirements(tenant.password_preset, tenant.password_min_length),
        (tenant.name, tenant.slug, *words),
        tenant.leaked_password_service,
    )


def _known_about(person: Person) -> list[str]:
    return [person.identifier, person.name, *(raw for (raw,) in _addresses(person_id=person.pk))]


@prepared.select
def _addresses(person_id):
    return Address.objects.filter(person_id=person_id).values_list("raw")


def _own_part(value: str) -> tuple[str, ...]:
    """What of it is the person's own: of an address what stands before the @, of a number its last digits."""
    digits = "".join(char for char in value if char.isdigit())
    if len(digits) >= _NATIONAL and not any(map(str.isalpha, value)):
        return (digits, digits[-_NATIONAL:])
    return (value.rpartition("@")[0] or value,)


def _domain_words(value: str) -> tuple[str, ...]:
    """Of an address the domain without its last label: guessable, but shared by many and no reason to refuse."""
    _, is_address, domain = value.rpartition("@")
    return tuple(domain.split(".")[:-1]) if is_address else ()
