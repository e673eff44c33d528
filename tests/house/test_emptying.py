"""After a test that committed nothing is left for the next one."""

import pytest
from django.db import connection, transaction

from keyturn.audit import events
from keyturn.tenants import scope
from tests import emptying

pytestmark = pytest.mark.django_db(transaction=True)


def left() -> int:
    """How many rows there are, whoever may see them."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL ROLE NONE")
        tables = [deletion.partition(" FROM ")[2] for deletion in emptying._deletions()]
        cursor.execute("SELECT " + " + ".join(f"(SELECT count(*) FROM {table})" for table in tables))
        return cursor.fetchone()[0]


@pytest.fixture
def lived(movers, now):
    """An organization in which something happened; what is written of it can never be taken back."""
    with scope.inside(movers.id):
        events.record("password.changed", at=now, actor="system", subject="person:1")


def test_tenants_people_and_the_audit_are_gone(lived):
    assert left() > 1
    emptying.empty()
    assert left() == 0


@pytest.mark.postgresql
def test_as_the_worker_nobody_could(lived, monkeypatch):
    """The negative control: its walls, and an audit that only grows."""
    monkeypatch.setattr(emptying, "_AS_OWNER", "")
    before = left()
    with pytest.raises(Exception, match="permission denied"):
        emptying.empty()
    assert left() == before
