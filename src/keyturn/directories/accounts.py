"""Accounts: opening one, finding one, and its very first password."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db import transaction

from keyturn.audit import events
from keyturn.directories import registry
from keyturn.directories.base import NewPassword
from keyturn.directories.models import Account, RegisteredDirectory
from keyturn.tenants import prepared

BUILTIN = "builtin"


class Holder(Protocol):
    """The person an account is for, as far as this room must know one."""

    pk: UUID
    identifier: str
    identifier_key: str


def of(person: Holder) -> Account | None:
    """The person's account, person and directory with it; None when nobody opened one."""
    return _of(person_id=person.pk)


@prepared.one
def _of(person_id):
    return Account.objects.filter(person_id=person_id).select_related("person", "directory").order_by("pk")


def open(person: Holder, login: str, now: datetime, *, login_key: str = "") -> Account:
    """Open an account in the tenant's built-in directory, which is made where there is none yet.

    `login_key` is what sign-in looks for, and the person's own key unless given. Inside the caller's transaction.
    """
    directory, _ = RegisteredDirectory.objects.get_or_create(name=BUILTIN, defaults={"kind": BUILTIN})
    account = Account.objects.create(
        person=person, directory=directory, login=login, login_key=login_key or person.identifier_key
    )
    events.record("account.opened", at=now, actor="keyturn", subject=f"person:{person.pk}")
    return account


def rename(person: Holder, now: datetime, *, actor: str) -> None:
    """The person's login follows the identifier, inside the transaction that changed that."""
    named = Account.objects.filter(person_id=person.pk)
    if named.update(login=person.identifier, login_key=person.identifier_key):
        events.record("account.renamed", at=now, actor=actor, subject=f"person:{person.pk}")


def set_first_password(account: Account, text: str, now: datetime) -> bool:
    """Set the password of an account that never had one, without a notice; False when it had one.

    For loading people. Raises DirectoryUnreachable or PasswordRefused.
    """
    if account.password_changed_at is not None:
        return False
    new = prepare_first(text, account.directory.kind)
    registry.connect(account.directory.kind).reach_out(account, new)
    with transaction.atomic():
        return keep_first(account, new, now)


def prepare_first(text: str, kind: str = BUILTIN) -> NewPassword:
    """The slow part of a first password, for outside of any transaction; see Directory.prepare."""
    return registry.connect(kind).prepare(text)


def keep_first(account: Account, new: NewPassword, now: datetime) -> bool:
    """Write a prepared first password inside the caller's transaction; False when the account had one."""
    fresh = Account.objects.filter(pk=account.pk, password_changed_at=None)
    if fresh.update(password_changed_at=now) != 1:
        return False
    registry.connect(account.directory.kind).write(account, new)
    events.record("password.first_set", at=now, actor="keyturn", subject=f"person:{account.person_id}")
    account.password_changed_at = now
    return True
