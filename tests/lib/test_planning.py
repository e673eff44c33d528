"""Having the database count anew, though the role that the programs run as may not."""

import pytest
from django.db import connection

from keyturn.lib import planning
from keyturn.people.models import Person


def counted() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'people_person'")
        return int(cursor.fetchone()[0])


def role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return cursor.fetchone()[0]


@pytest.mark.postgresql
def test_the_tables_are_counted_and_the_role_stays(in_movers, now):
    planning.refresh()
    before, ours = counted(), role()
    for number in range(3):
        Person.objects.create(identifier=f"p{number}", identifier_key=f"p{number}", name="Mara", created_at=now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # the control: as this role it counts nothing
    assert counted() == before
    planning.refresh()
    assert (counted(), role()) == (before + 3, ours)


def test_counting_is_harmless_on_any_database(in_movers):
    planning.refresh()
    assert Person.objects.count() == 0
