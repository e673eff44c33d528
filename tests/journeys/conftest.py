"""What journeys share: one running installation, and a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests import canaries, installation
from tests.journeys.world import world


@pytest.fixture(scope="package")
def keyturn(tmp_path_factory, authority):
    """Web, worker and mail server; afterwards no secret of any journey is found anywhere."""
    reachable = {"KEYTURN_EGRESS_ALLOW": "127.0.0.0/8", "SSL_CERT_FILE": str(authority.bundle)}
    with installation.running(tmp_path_factory.mktemp("installation"), world(), settings=reachable) as running:
        yield running
        canaries.assert_clean(running)


@pytest.fixture
def page(chromium) -> Iterator[Page]:
    """A browser that has never been here."""
    with chromium.new_context(locale="en-US") as context:
        yield context.new_page()
