"""Nobody gives a PIN to, or takes one from, somebody of equal or higher rank."""

from uuid import UUID

from keyturn.operators import ranks
from keyturn.operators.models import Operator
from keyturn.people.models import Address, Person


def operator_of(actor: str) -> Operator | None:
    """The operator whom the audit calls this; None for whoever is none: a duty, the command line."""
    kind, _, key = actor.partition(":")
    return Operator.objects.filter(pk=UUID(key)).first() if kind == "operator" else None


def of_person(person: Person) -> int:
    """The rank of a person."""
    emails = Address.objects.filter(person=person, kind=Address.EMAIL, told_until=None)
    return ranks.of_addresses(emails.values_list("lowered", flat=True))


def is_outranked(person: Person, actor: str) -> bool:
    """Whether whoever acts may not act on this person."""
    if not actor.startswith("operator:"):
        return False
    operator = operator_of(actor)
    return operator is None or of_person(person) >= operator.rank
