"""Mara and Nils with accounts and passwords, and what they type."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from keyturn.access.sign_in import Credentials
from keyturn.directories import accounts, pending
from keyturn.directories.models import Account, TemporaryPassword
from keyturn.lib import hashing
from keyturn.passwords.core import generate
from keyturn.people import changes
from keyturn.people.changes import NewPerson

ORIGINAL = "blue tram at the harbour"
OWN = "seven quiet lamps on Elm"


@pytest.fixture
def mara(in_movers, now) -> Account:
    """Signs in with a user name; her address finds her, too."""
    return account_of(NewPerson(identifier="mara", name="Mara Lind", email="mara@movers.example"), now)


@pytest.fixture
def nils(in_movers, now) -> Account:
    """Left; his password is the right one and helps nobody."""
    nils = NewPerson(identifier="nils", name="Nils Holm", email="nils@movers.example", status="inactive")
    return account_of(nils, now)


def account_of(new: NewPerson, now: datetime, *, password: str = ORIGINAL) -> Account:
    """A person, an account and a password that was set yesterday."""
    person = changes.create(new, now - timedelta(days=1))
    account = accounts.open(person, new.identifier, now - timedelta(days=1))
    if password:
        accounts.set_first_password(account, password, now - timedelta(days=1))
    account.refresh_from_db()
    return account


def temporary(account: Account, now: datetime, *, channel: str = "email", minutes: int = 60) -> tuple:
    """A temporary password as it was sent, and its row."""
    text = generate.temporary()
    terms = {"hash": hashing.hash_password(text), "message_id": uuid4(), "recovery_id": None}
    terms |= {"expires_at": now + timedelta(minutes=minutes), "epoch": account.credential_epoch}
    with transaction.atomic():
        row: TemporaryPassword = pending.issue(account, channel, now=now, **terms)
    return text, row


def typed(identifier: str, password: str, **others: str) -> Credentials:
    """Credentials from an app; `device` and `source` may be given."""
    return Credentials(
        identifier=identifier,
        password=password,
        device=others.get("device", ""),
        source=others.get("source", "192.0.2.1"),
        kind=others.get("kind", "api"),
        agent="Movers app",
    )
