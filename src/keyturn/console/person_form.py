"""The forms about a person: what is on record as fields, fields as what is wished for, refusals at their fields.

A form carries the values that it was made from (`was`), so that whoever saves second sees what the other one
changed. They come back from a browser, so they decide nothing: `version` does.
"""

import json
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyturn.door.forms import Form
from keyturn.enrollment.on_record import General
from keyturn.people import wording
from keyturn.people.changes import NewPerson, NewPhone
from keyturn.people.models import Address, Person
from keyturn.people.wanted import PeopleRefused

MOST_PHONES = 10
_LONGEST_WAS = 20_000
TEXTS = ("identifier", "name", "status", "language", "email", "other_addresses")
LABELS: dict[str, Promise] = {
    "identifier": _("User name"),
    "name": _("Name"),
    "status": _("Status"),
    "language": _("Language"),
    "email": _("Email"),
    "other_addresses": _("Other email addresses"),
    "number": _("Number"),
    "type": _("Type"),
    "needs_second_operator": _("Needs a second operator"),
}
PHONE_TYPES = {
    Address.SMS: _("Text messages"),
    Address.MOBILE: _("Mobile"),
    Address.OFFICE: _("Office"),
    Address.HOME: _("Home"),
}


def of(person: Person | None) -> dict[str, str]:
    """What is on record, as the values of the form; of nobody: an empty form."""
    if person is None:
        return {"status": Person.ACTIVE, "type0": Address.SMS}
    on_record = list(Address.objects.filter(person=person, told_until=None).order_by("raw"))
    values = {name: getattr(person, name) for name in ("identifier", "name", "status", "language")}
    emails = [one for one in on_record if one.kind == Address.EMAIL]
    values["email"] = next((one.raw for one in emails if one.is_main), "")
    values["other_addresses"] = "\n".join(one.raw for one in emails if not one.is_main)
    values["needs_second_operator"] = "on" if person.needs_second_operator else ""
    for place, phone in enumerate(one for one in on_record if one.kind == Address.PHONE):
        values |= {f"number{place}": phone.raw, f"type{place}": phone.phone_type}
    return values


class PersonForm(Form):
    """Everything that *General* says of a person."""

    def __init__(self, values: dict[str, str], posted: QueryDict | None = None, *, may_mark: bool = False):
        phones = [f"{name}{place}" for place in range(MOST_PHONES) for name in ("number", "type")]
        super().__init__(*TEXTS, "needs_second_operator", *phones, posted=posted)
        self.may_mark = may_mark
        for name, field in self.items():
            field.value = values.get(name, "") if posted is None else self.only(name)
        self.version = self._number("version")

    @property
    def phones(self) -> list[dict[str, Any]]:
        """The numbers there are and one empty line more, for the page."""
        used = [place for place in range(MOST_PHONES) if self[f"number{place}"].value]
        last = min((used[-1] + 2) if used else 2, MOST_PHONES)
        return [{"number": self[f"number{place}"], "type": self[f"type{place}"]} for place in range(last)]

    def wished(self) -> General:
        """What the form says."""
        texts = {name: self[name].value for name in TEXTS if name != "other_addresses"}
        return General(
            **texts,
            other_addresses=tuple(self["other_addresses"].value.split()),
            phones=tuple(self._phones()),
            needs_second_operator=bool(self["needs_second_operator"].value) if self.may_mark else None,
        )

    def new(self) -> NewPerson:
        """The same of somebody who is not on record yet."""
        one = self.wished()
        return NewPerson(
            one.identifier, one.name, one.email, one.other_addresses, one.phones, one.status, one.language
        )

    def was(self, person: Person) -> str:
        """The values that this form was made from, to be carried along."""
        return self._posted.get("was") if self.refused else json.dumps(of(person))

    def refuse_what(self, refused: PeopleRefused) -> None:
        """Say at its field what cannot be put on record."""
        self.refuse(self._field_of(refused), wording.explain(refused.reason))

    def changed_meanwhile(self, person: Person) -> list[dict[str, Any]]:
        """What somebody else changed since this form was made; what was not typed over is taken into the form."""
        was, now = self._was(), of(person)
        changed = [name for name in self if now.get(name, "") != was.get(name, "")]
        told = [{"label": _label(name), "was": was.get(name, ""), "now": now.get(name, "")} for name in changed]
        for name in changed:
            if self[name].value == was.get(name, ""):
                self[name].value = now.get(name, "")
        self.version = person.version
        return told

    def _phones(self) -> list[NewPhone]:
        given = ((self[f"number{place}"].value.strip(), self[f"type{place}"].value) for place in self._filled())
        return [NewPhone(number, kind or Address.SMS) for number, kind in given]

    def _filled(self) -> list[int]:
        return [place for place in range(MOST_PHONES) if self[f"number{place}"].value.strip()]

    def _field_of(self, refused: PeopleRefused) -> str:
        name, _bracket, rest = refused.field.partition("[")
        if name != "phones":
            return name
        filled = self._filled() or [0]
        place = int(rest.partition("]")[0]) if rest else refused.place
        return f"{'type' if refused.reason == 'unknown_type' else 'number'}{filled[min(place, len(filled) - 1)]}"

    def _was(self) -> dict[str, str]:
        try:
            was = json.loads(self._posted.get("was", "")[:_LONGEST_WAS])
        except ValueError:
            return {}
        return {str(name): str(value) for name, value in was.items()} if isinstance(was, dict) else {}

    def _number(self, name: str) -> int:
        text = self._posted.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _label(name: str) -> Promise:
    return LABELS[name.rstrip("0123456789")]
