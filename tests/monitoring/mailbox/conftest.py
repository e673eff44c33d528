"""A server of our own, and networks opened so that it can be reached."""

import ipaddress

import pytest

from keyturn.lib import trust
from keyturn.monitoring.mailbox import names
from tests.mailserver import Authority
from tests.monitoring.fakes import FakeServer
from tests.monitoring.mailbox.acts import CERTIFICATES


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    """Who signs the certificates of the tests."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def running_server(tmp_path_factory, authority):
    """One server in another process for all tests."""
    certificates = {name: getattr(authority, name)() for name in CERTIFICATES}
    with FakeServer(tmp_path_factory.mktemp("fake"), certificates) as running:
        yield running


@pytest.fixture
def trusted(authority, monkeypatch):
    """Our authority is the one that this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.bundle))
    remembered = trust.context
    remembered.cache_clear()
    yield authority
    remembered.cache_clear()


@pytest.fixture
def opened(settings):
    """The loopback is opened for checks; what was looked up before is forgotten."""
    settings.KEYTURN_EGRESS_ALLOW = [ipaddress.ip_network("127.0.0.0/8")]
    names.forget()
    yield
    names.forget()


@pytest.fixture
def server(running_server, trusted, opened):
    """The server, which can be reached and trusted."""
    return running_server
