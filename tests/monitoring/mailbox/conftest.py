"""A server of our own, and networks opened so that it can be reached."""

import ipaddress

import pytest

from keyturn.monitoring.mailbox import names
from tests.monitoring.fakes import FakeServer
from tests.monitoring.mailbox.acts import CERTIFICATES


@pytest.fixture(scope="session")
def running_server(tmp_path_factory, authority):
    """One server in another process for all tests."""
    certificates = {name: getattr(authority, name)() for name in CERTIFICATES}
    with FakeServer(tmp_path_factory.mktemp("fake"), certificates) as running:
        yield running


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
