"""Outside a tenant there are no rows: by the manager everywhere, by row-level security on PostgreSQL besides."""

import pytest
from django.db import DatabaseError, connection

from keyturn.people.models import Person
from keyturn.tenants import scope, walls


@pytest.fixture
def mara(in_movers, now):
    return Person.objects.create(identifier="mara", identifier_key="mara", name="Mara Lind", created_at=now)


def test_rows_cannot_be_asked_for_outside_a_tenant(db):
    with pytest.raises(scope.OutsideTenant):
        Person.objects.count()


def test_another_tenants_person_is_not_there(mara, labs):
    with scope.inside(labs.id):
        assert not Person.objects.filter(pk=mara.pk).exists()


def test_a_foreign_key_does_not_pass_the_wall(mara, labs):
    with scope.inside(labs.id), pytest.raises(Person.DoesNotExist):
        mara.refresh_from_db()


@pytest.mark.postgresql
def test_the_database_filters_even_where_the_code_forgets(mara, labs):
    with scope.inside(labs.id), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_person")
        assert cursor.fetchone() == (0,)
        # the control: the row is there
        cursor.execute("SELECT set_config('keyturn.tenant', %s, true)", [str(mara.tenant_id)])
        cursor.execute("SELECT count(*) FROM people_person")
        assert cursor.fetchone() == (1,)


@pytest.mark.postgresql
def test_the_database_takes_no_row_for_another_tenant(in_movers, labs, now):
    with pytest.raises(DatabaseError, match="row-level security"):
        Person.objects.create(identifier="x", identifier_key="x", name="X", created_at=now, tenant=labs)


@pytest.mark.postgresql
def test_a_user_who_may_not_have_the_roles_is_told_what_to_run(db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
        walls.raise_walls()  # the control: a user who may
        cursor.execute("CREATE ROLE keyturn_test_stranger NOLOGIN")  # gone with this test's transaction
        cursor.execute("SET LOCAL ROLE keyturn_test_stranger")
        with pytest.raises(walls.RolesRefused, match="Run once as a superuser"):
            walls.raise_walls()
