"""Prepared statements: the same as Django's own, in the tenant of the moment, and only for arguments that fit."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from keyturn.directories import accounts
from keyturn.directories.models import Account
from keyturn.lib import rows
from keyturn.people import changes
from keyturn.people.models import Person
from keyturn.tenants import prepared, scope
from keyturn.tenants.scope import OutsideTenant


@prepared.select
def _named(key, since):
    return Person.objects.filter(identifier_key=key, created_at__gte=since)


@prepared.select
def _accounts(login_key):
    return Account.objects.select_related("person").filter(login_key=login_key)[:1]


@prepared.select
def _keys(name):
    return Person.objects.filter(name=name).order_by("identifier_key").values_list("identifier_key", "id")


@prepared.update
def _raise_epoch(id, epoch):
    return Account.objects.filter(pk=id, credential_epoch=epoch), {"credential_epoch": F("credential_epoch") + 1}


@pytest.fixture
def mara(in_movers, now):
    return changes.create(changes.NewPerson("mara@movers.example", "Mara Lind", email="mara@movers.example"), now)


def test_it_gives_what_django_gives(mara, now):
    since = now - timedelta(hours=1)
    (found,) = _named(key=mara.identifier_key, since=since)
    theirs = Person.objects.get(pk=mara.pk)
    assert (vars(found) | {"_state": None}) == (vars(theirs) | {"_state": None})
    assert not found._state.adding
    assert _named(key=mara.identifier_key, since=now + timedelta(hours=1)) == []


def test_what_is_joined_comes_with_it(mara, now, django_assert_num_queries):
    accounts.open(mara, "mara@movers.example", now)
    with django_assert_num_queries(1):
        (account,) = _accounts(login_key="mara@movers.example")
        assert account.person == mara


def test_values_come_as_tuples(mara):
    assert _keys(name="Mara Lind") == [("mara@movers.example", mara.id)]


def test_an_update_says_how_many_rows_it_met(mara, now):
    account = accounts.open(mara, "mara@movers.example", now)
    assert _raise_epoch(id=account.id, epoch=account.credential_epoch) == 1
    assert _raise_epoch(id=account.id, epoch=account.credential_epoch) == 0
    account.refresh_from_db()
    assert account.credential_epoch == 1


def test_the_wall_stands(mara, labs, now):
    since = now - timedelta(hours=1)
    with scope.inside(labs.id):
        assert _named(key=mara.identifier_key, since=since) == []


def test_outside_a_tenant_nothing_runs(db, now):
    with pytest.raises(OutsideTenant):
        _named(key="mara@movers.example", since=now)


@pytest.mark.parametrize("bad", [None, ["mara@movers.example"], object()])
def test_an_argument_for_which_django_would_write_another_statement_is_refused(in_movers, now, bad):
    with pytest.raises(TypeError):
        _named(key=bad, since=now)


def test_a_forgotten_argument_is_an_error(in_movers):
    with pytest.raises(KeyError):
        _named(key="mara@movers.example")


def test_it_is_translated_once(mara, now, monkeypatch):
    built = []

    @prepared.select
    def once(key):
        built.append(key)
        return Person.objects.filter(identifier_key=key)

    once(key="a")
    once(key="b")
    assert len(built) == 1


def test_a_new_row_is_written_as_django_writes_it(in_movers, now):
    from django.db import connection

    columns = {"identifier": "x", "identifier_key": "x", "name": "X", "created_at": now}
    with CaptureQueriesContext(connection) as ours:
        row = Person(**columns)
        rows.insert(row)
    assert len(ours) == 1
    theirs = Person(**columns | {"identifier": "y", "identifier_key": "y"})
    theirs.save(force_insert=True)
    one, other = (Person.objects.get(pk=made.pk) for made in (row, theirs))
    differs = {name for name, value in vars(one).items() if value != vars(other)[name]}
    assert differs <= {"_state", "id", "identifier", "identifier_key"}
