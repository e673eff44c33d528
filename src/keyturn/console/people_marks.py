"""The marks beside a person in a list: a picture for the eye, and the same in words for everybody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyturn.directories import pending
from keyturn.people import licence as licences
from keyturn.people.models import Address, Person


@dataclass(frozen=True)
class Mark:
    """One state of a person; `colour` is a badge's."""

    icon: str
    colour: str
    words: str | Promise


_REACH = {
    Person.REACHED: Mark("mail", "is-ok", _("Email on record")),
    Person.NO_EMAIL: Mark("mail", "is-bad", _("No email address")),
    Person.BOUNCED: Mark("bad", "is-bad", _("Email bounced")),
    Person.SILENT: Mark("mail", "is-warn", _("Email is not written to")),
}
_OUT = {
    Person.INACTIVE: Mark("stop", "is-bad", _("Inactive")),
    Person.PENDING: Mark("clock", "is-warn", _("Has not signed in yet")),
}
_TEMPORARY = Mark("clock", "is-warn", _("Temporary password open"))
_FIRST_MAIL = Mark("warn", "is-warn", _("First password mail not sent"))
_SECOND = Mark("operators", "is-quiet", _("Needs a second operator"))
_LICENCES = {licences.FULL: "person", licences.FULL_PINCODE: "person-pin"}
_MOBILE = Mark("phone", "is-ok", _("May ask for a temporary password"))


def licence(person: Person) -> Mark:
    """The licence that a person takes, with the picture of those who have it (M2.12)."""
    taken = licences.of(person)
    return Mark(_LICENCES[taken], "", licences.words(taken))


def rows(people: list[Person], now: datetime) -> list[dict[str, Any]]:
    """What the list shows of each person, with one statement more for all of them."""
    with_temporary = pending.holders_among([person.pk for person in people], now)
    return [_row(person, person.pk in with_temporary) for person in people]


def of(person: Person, has_temporary: bool) -> list[Mark]:
    """Every mark of a person, what keeps them out first."""
    marks = [_OUT[person.status]] if person.status in _OUT else []
    marks.append(_REACH[person.reach])
    for applies, mark in (
        (has_temporary, _TEMPORARY),
        (person.first_mail_due, _FIRST_MAIL),
        (person.needs_second_operator, _SECOND),
        (person.allow_mobile_password_reset, _MOBILE),
    ):
        if applies:
            marks.append(mark)
    return marks


def _row(person: Person, has_temporary: bool) -> dict[str, Any]:
    emails = [one for one in person.on_record if one.kind == Address.EMAIL]
    return {
        "person": person,
        "email": emails[0].raw if emails and emails[0].is_main else "",
        "phone": next((one.raw for one in person.on_record if one.kind == Address.PHONE), ""),
        "licence": licence(person),
        "marks": of(person, has_temporary),
    }
