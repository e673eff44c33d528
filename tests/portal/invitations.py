"""PINs of every kind, in the hands of somebody who signs up; and what a door does with the database meanwhile."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from keyturn.enrollment import pins
from keyturn.enrollment.models import Pin
from keyturn.outbox.models import Message
from keyturn.people import changes
from keyturn.people.changes import NewPerson
from keyturn.people.models import Person
from tests.enrollment.acts import issue
from tests.recovery.acts import MARAS_EMAIL, values_of

MADE_UP = "ABCD-EFGHJ-KMNPQ"


@dataclass(frozen=True)
class Case:
    """What somebody types, and what is the matter with it."""

    name: str
    pin: str
    email: str = "nina@movers.example"
    username: str = "nina"


def invited(mara: Person, now: datetime) -> list[Case]:
    """A good PIN first, then every PIN that is not, and names that are taken."""
    good = issue(mara, "owner", max_uses=9).text
    return [
        Case("good", good),
        Case("wrong", MADE_UP),
        Case("wrong, of a selector that exists", good[:-5] + ("AAAAA" if good[-5:] != "AAAAA" else "BBBBB")),
        Case("spent", _of_somebody("spent", now, uses=1)),
        Case("expired", _of_somebody("expired", now, expires_at=now - timedelta(minutes=1))),
        Case("revoked", _revoked(now)),
        Case("of somebody who is not active", _of_nobody(now)),
        Case("taken name", good, username="mara@movers.example", email=MARAS_EMAIL),
        Case("taken address", good, email=MARAS_EMAIL),
    ]


def taken_temporary_password(person: Person) -> str:
    """What stands in the mail to a new user."""
    return values_of(Message.objects.get(person=person, purpose="password_new"))["PASSWORD"]


@contextmanager
def shapes_of(connection) -> Iterator[list[str]]:
    """Every statement as it was prepared, without what is different in each: values, and names of savepoints.

    Which tenant has this host is kept for half a second, whoever asks; so that statement is left out.
    """
    shapes: list[str] = []

    def note(execute, sql, params, many, context):
        if 'FROM "tenants_tenant' not in str(sql):
            shapes.append(re.sub(r'"?s\d+_x\d+"?', "savepoint", str(sql)))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield shapes


def _of_somebody(name: str, now: datetime, **changed: object) -> str:
    owner = changes.create(NewPerson(name, name.title(), email=f"{name}@movers.example"), now)
    issued = issue(owner, "owner")
    Pin.objects.filter(pk=issued.pin.pk).update(**changed)
    return issued.text


def _revoked(now: datetime) -> str:
    text = _of_somebody("revoked", now)
    pins.revoke(Person.objects.get(identifier="revoked"), now, actor="owner")
    return text


def _of_nobody(now: datetime) -> str:
    text = _of_somebody("gone", now)
    changes.set_status(Person.objects.get(identifier="gone"), Person.INACTIVE, now)
    return text
