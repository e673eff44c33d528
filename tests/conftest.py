"""What every test stands on: keys, a database of either kind under the role that the programs have, the cast.

`KEYTURN_DATABASE_URL` chooses the database: nothing for SQLite, postgres://… for PostgreSQL (`make test` runs
the suite on both).
"""

import os
import tempfile
from pathlib import Path

import django
import hypothesis
import pytest

os.environ.setdefault("KEYTURN_DATA", tempfile.mkdtemp(prefix="keyturn-test-"))
os.environ.setdefault("KEYTURN_ARGON2", "1,64,1")  # tests hash often; what is tested is not the cost
os.environ["PYTHONPATH"] = str(Path(__file__).parent / "users")  # of processes under test: its sitecustomize.py
os.environ["KEYTURN_PROCESS"] = "owner"  # makes the test database; the role is lowered below
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyturn.settings")
django.setup()

from django.db import connection  # noqa: E402 -- the settings come first

import keyturn  # noqa: E402 -- the settings come first
from keyturn.door import tenancy  # noqa: E402
from keyturn.lib import keys  # noqa: E402
from keyturn.tenants import walls  # noqa: E402
from tests import answering, emptying, proof, without  # noqa: E402 -- the settings come first
from tests.portal import catalogue  # noqa: E402

pytest_plugins = ["tests.cast", "tests.chromium", "tests.mailserver.trusting"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "mission(number): the statement of the mission that this test proves")
    config.addinivalue_line("markers", "postgresql: asks about roles, which an embedded database does not have")
    config.addinivalue_line("markers", "few(number): so many rows are enough for this test")
    examples = proof.count(100, full=1000)
    some = hypothesis.settings(max_examples=examples, deadline=None)  # no deadline: a slow machine is no failure
    hypothesis.settings.register_profile("keyturn", some)
    hypothesis.settings.load_profile("keyturn")
    answering.install()
    emptying.install()
    catalogue.compile_outdated(Path(keyturn.__file__).parent)
    if not keys.exist():
        keys.create()
    if connection.vendor == "sqlite":  # a file, as in life: a database in memory locks differently
        connection.settings_dict["TEST"]["NAME"] = os.path.join(os.environ["KEYTURN_DATA"], "test.sqlite3")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests in a browser come last. What asks no database runs on SQLite, what asks about PostgreSQL's roles on
    PostgreSQL, all others on both; the runner's summary counts the rest as deselected."""
    items.sort(key=lambda item: "chromium" in item.fixturenames)
    is_postgresql = connection.vendor == "postgresql"
    elsewhere = [
        item for item in items if (not without.asks_one(item) if is_postgresql else without.asks_roles(item))
    ]
    config.hook.pytest_deselected(items=elsewhere)
    away = set(elsewhere)
    items[:] = [item for item in items if item not in away]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Raise the walls, then continue as the worker's role, which they bind."""
    with django_db_blocker.unblock():
        walls.raise_walls()
        if connection.vendor == "postgresql":
            connection.close()
            connection.close_pool()
            connection.settings_dict["OPTIONS"]["options"] = "-c role=keyturn_worker"
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock():
            connection.close()
            connection.close_pool()
            del connection.settings_dict["OPTIONS"]["options"]


@pytest.fixture(autouse=True)
def _tenancy_forgets():
    """The middleware keeps tenants for half a second; the next test has others."""
    tenancy._kept.clear()
