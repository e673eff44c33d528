"""Otto, who asks for trials, and this machine, which is open to them."""

import ipaddress

import pytest

from keyturn.outbox.trials import Asker


@pytest.fixture
def asker(in_movers, now):
    """Otto, at this moment."""
    return Asker("operator:otto", now)


@pytest.fixture(autouse=True)
def _this_machine_is_open(settings):
    """The tests' servers are on this machine, which is a private network like any other."""
    settings.KEYTURN_EGRESS_ALLOW = [ipaddress.ip_network("127.0.0.0/8")]
