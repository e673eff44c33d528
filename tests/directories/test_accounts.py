"""Accounts: opened once, found by login, and given a first password that never replaces another."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from keyturn.directories import accounts, registry
from keyturn.directories.base import NewPassword, Verdict
from keyturn.directories.models import RegisteredDirectory, StoredPassword
from keyturn.lib import hashing
from keyturn.tenants import scope
from tests.directories.conftest import ORIGINAL


def test_the_person_leads_to_the_account_and_what_belongs_to_it(account, mara):
    with CaptureQueriesContext(connection) as statements:
        found = accounts.of(mara)
        assert (found, found.person.name, found.directory.kind) == (account, "Mara Lind", "builtin")
    assert len(statements) == 1


def test_another_tenant_knows_no_such_account(account, mara, labs):
    with scope.inside(labs.id):
        assert accounts.of(mara) is None


def test_a_tenant_gets_one_built_in_directory(account, now):
    assert RegisteredDirectory.objects.count() == 1


def test_a_login_is_there_once(account, mara, now):
    with pytest.raises(IntegrityError), transaction.atomic():
        accounts.open(mara, "mara", now)


def test_a_first_password_is_set_once(account, now):
    assert not accounts.set_first_password(account, "another one altogether", now)
    account.password_changed_at = None  # even for a caller that read the account before the first was set
    assert not accounts.set_first_password(account, "another one altogether", now)
    assert registry.connect("builtin").verify(account, ORIGINAL) is Verdict.ACCEPTED


def test_nobody_costs_what_somebody_costs(account):
    """One statement of the same words and one hash, for an account, for one without a password, for nobody."""
    builtin = registry.connect("builtin")
    texts = []
    for whose in (account, None):
        with CaptureQueriesContext(connection) as statements:
            assert builtin.verify(whose, "wrong") is Verdict.REJECTED
        texts.append([entry["sql"].split("WHERE")[0] for entry in statements])
    assert texts[0] == texts[1] and len(texts[0]) == 1


def test_a_password_is_stored_as_a_hash_alone(account):
    assert StoredPassword.objects.get().hash.startswith("$argon2id$")
    assert ORIGINAL not in repr(NewPassword(ORIGINAL))


def test_the_right_password_brings_an_outdated_hash_to_todays_cost(account, settings):
    settings.KEYTURN_ARGON2 = (2, 8192, 1)
    before = StoredPassword.objects.get().hash
    assert registry.connect("builtin").verify(account, "wrong") is Verdict.REJECTED
    assert StoredPassword.objects.get().hash == before
    assert registry.connect("builtin").verify(account, ORIGINAL) is Verdict.ACCEPTED
    renewed = StoredPassword.objects.get().hash
    assert renewed != before and not hashing.needs_rehash(renewed)
    assert registry.connect("builtin").verify(account, ORIGINAL) is Verdict.ACCEPTED
    assert StoredPassword.objects.get().hash == renewed


def test_a_password_changed_in_this_moment_is_not_renewed_over(account, settings, monkeypatch):
    settings.KEYTURN_ARGON2 = (2, 8192, 1)
    real = hashing.hash_password

    def meanwhile(text):
        StoredPassword.objects.update(hash="changed by somebody else")
        return real(text)

    monkeypatch.setattr(hashing, "hash_password", meanwhile)
    registry.connect("builtin").verify(account, ORIGINAL)
    assert StoredPassword.objects.get().hash == "changed by somebody else"


def test_an_unknown_kind_is_named():
    with pytest.raises(registry.UnknownKind, match="floppy"):
        registry.connect("floppy")
