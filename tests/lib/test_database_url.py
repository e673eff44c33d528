"""The address of the database: what is refused, and that no refusal says a secret."""

import contextlib
import sqlite3

import pytest

from keyturn.lib import database_url
from keyturn.lib.environment import SettingError


@pytest.mark.parametrize(
    "url", ["postgres://keyturn:hunter2/x@db.example/keyturn", "postgres://keyturn:hunter2#x@[db/keyturn"]
)
def test_a_password_that_breaks_the_address_is_not_told(url):
    with pytest.raises(SettingError, match="KEYTURN_DATABASE_URL") as refused:
        database_url.parse(url, process="web")
    assert "hunter2" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(("process", "kilobytes"), [("worker", 512), ("web", 2000)])
def test_a_workers_many_connections_keep_few_pages_each(process, kilobytes, tmp_path):
    described = database_url.parse(f"sqlite:///{tmp_path}/keyturn.sqlite3", process=process)
    with contextlib.closing(sqlite3.connect(described["NAME"])) as connection:
        connection.executescript(described["OPTIONS"]["init_command"])
        assert connection.execute("PRAGMA cache_size").fetchone() == (-kilobytes,)
