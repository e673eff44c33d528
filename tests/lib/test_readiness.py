"""Which databases this version takes as its own: empty ones, those of the stacked migrations, and no others."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from keyturn.lib import readiness

FIRST = {key: one.replaces for key, one in MigrationLoader(None).disk_migrations.items() if one.replaces}


@pytest.fixture
def recorder(db) -> MigrationRecorder:
    """Of a database that the stacked migrations made: their names are recorded, and not those of the first ones."""
    recorder = MigrationRecorder(connection)
    for app, name in FIRST:
        recorder.record_unapplied(app, name)
    assert recorder.applied_migrations().keys() >= {replaced for several in FIRST.values() for replaced in several}
    return recorder


def test_the_migrations_make_what_the_models_say(db):
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


def test_a_database_of_the_stacked_migrations_lacks_nothing(recorder):
    assert not readiness.stands_halfway()
    assert readiness.unapplied_migrations() == []


def test_one_that_lacks_any_of_them_is_told_from_one_that_can_go_on(recorder):
    for several in FIRST.values():
        recorder.record_unapplied(*several[-1])
        assert readiness.stands_halfway(), several
        recorder.record_applied(*several[-1])


def test_nothing_starts_on_one_that_stopped_halfway(recorder, monkeypatch):
    monkeypatch.setattr(readiness, "_migrated", False)
    recorder.record_unapplied(*FIRST["monitoring", "0001_tables"][-1])
    assert readiness.HALFWAY in readiness.problems()
    monkeypatch.setattr(readiness, "stands_halfway", lambda: False)  # without the guard nobody would notice
    assert readiness.problems() == []


def test_a_new_app_on_a_database_that_has_all_others_can_go_on(recorder):
    for app, name in FIRST["monitoring", "0001_tables"]:
        recorder.record_unapplied(app, name)
    assert not readiness.stands_halfway()
    assert readiness.unapplied_migrations() == ["monitoring.0001_tables"]
