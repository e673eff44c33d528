"""The address of the database: what is refused, and that no refusal says a secret."""

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
