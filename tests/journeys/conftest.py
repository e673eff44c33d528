"""What journeys share: one running installation, and a browser."""

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests import canaries, installation, machine
from tests.journeys.world import world


@pytest.fixture(scope="package")
def keyturn(tmp_path_factory):
    """Web, worker and mail server; afterwards no secret of any journey is found anywhere."""
    with installation.running(tmp_path_factory.mktemp("installation"), world()) as running:
        yield running
        canaries.assert_clean(running)


@pytest.fixture(scope="module")
def chromium():
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(machine.need(machine.CHROMIUM)),
            args=["--no-sandbox", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Page:
    """A browser that has never been here."""
    context = chromium.new_context(locale="en-US")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()
