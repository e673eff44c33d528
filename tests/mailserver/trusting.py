"""Fixtures: an authority of our own, and a machine that trusts it."""

import pytest

from keyturn.lib import trust
from tests.mailserver.authority import Authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    """Who signs the certificates of the tests."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority, monkeypatch):
    """Our authority is the one that this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.bundle))
    remembered = trust.context
    remembered.cache_clear()
    yield authority
    remembered.cache_clear()
