"""What Movers lets people do, and Vera, who may hand out PIN codes."""

import pytest

from keyturn.people import changes
from keyturn.people.changes import NewPerson
from keyturn.people.rights import holding, permission_edits, profile_edits
from keyturn.people.rights.core import CompanyException, Rights
from keyturn.people.rights.wanted import NewPermission, NewProfile

VERAS = Rights(
    frozenset({"export"}),
    frozenset({"dispatcher"}),
    frozenset({CompanyException("Harbour Freight", "allow"), CompanyException("Night Vans", "deny")}),
)


def add_catalogue(now) -> None:
    for key, label, kind in (
        ("drive", "Drive", "plain"),
        ("dispatch", "Send drivers out", "plain"),
        ("mentor", "Teach new drivers", "elevated"),
        ("export", "Take lists away", "export"),
    ):
        permission_edits.add(NewPermission(key, label, kind), now, actor="owner")
    profile_edits.add(NewProfile("driver", "Driver", frozenset({"drive"})), now, actor="owner")
    profile_edits.add(NewProfile("dispatcher", "Dispatcher", frozenset({"drive", "dispatch"})), now, actor="owner")


@pytest.fixture
def catalogue_of_movers(in_movers, now) -> None:
    add_catalogue(now)


@pytest.fixture
def vera(catalogue_of_movers, now):
    person = changes.create(NewPerson("vera@movers.example", "Vera Stone", "vera@movers.example"), now)
    holding.give(person, VERAS, now, actor="owner")
    return person
