"""Who stands behind `operator:<id>` and `person:<id>` in events, for a whole page of them in two statements."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyturn.audit import wording
from keyturn.operators.models import Operator
from keyturn.people.models import Person


@dataclass(frozen=True)
class Name:
    """Somebody in words, and the page about them where there is one."""

    words: str | Promise
    path: str = ""


class Names:
    """The names behind these ids; a person of another tenant, or who was forgotten, has none."""

    def __init__(self, marks: Iterable[str]):
        wanted = set(marks)
        self._operators = dict(Operator.objects.filter(pk__in=_ids(wanted, "operator")).values_list("pk", "username"))
        people = Person.objects.filter(pk__in=_ids(wanted, "person"))
        self._people = {
            pk: name or identifier for pk, name, identifier in people.values_list("pk", "name", "identifier")
        }

    def of(self, mark: str) -> Name:
        """The name behind one mark; the kind of actor where nobody is known by that id."""
        kind, _colon, raw = mark.partition(":")
        pk = id_of(raw)
        if kind == "operator" and pk in self._operators:
            return Name(self._operators[pk])
        if kind == "person" and pk in self._people:
            return Name(self._people[pk], f"/console/people/{pk}/")
        if kind == "person" and pk:
            return Name(_("a person who is not on record any more"))
        return Name(wording.actor(mark))


def _ids(marks: set[str], kind: str) -> set[UUID]:
    parts = (mark.partition(":") for mark in marks)
    return {pk for named, _colon, raw in parts if named == kind and (pk := id_of(raw))}


def id_of(raw: str) -> UUID | None:
    """The id that a text is, or None."""
    try:
        return UUID(raw)
    except ValueError:
        return None
