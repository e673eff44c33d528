"""The console in a real browser: fixtures and eyes that the journeys of every area share.

pytest_plugins are not allowed here, so an area's tests import what they use:
from tests.console.chromium import browser, chromium, site  # noqa: F401
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests import machine, proof
from tests.console.staff import PASSWORD

LOOKS = [(360, "light"), (1280, "dark"), (360, "dark"), (1280, "light")]  # each width and each theme comes first
LOOKS = LOOKS[: proof.count(2, full=4)]
PICTURES = Path("artifacts/console")  # of the run folder; looked at, not committed
_VIOLATIONS = (
    "addEventListener('securitypolicyviolation', e => console.error('CSP', e.violatedDirective, e.blockedURI))"
)


expect.set_options(timeout=60_000)  # a busy machine is no failure


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Playwright keeps an event loop in this thread, which Django would refuse to work beside."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-background-networking", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=str(machine.need(machine.CHROMIUM)), args=flags)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def site(live_server, movers) -> str:
    """Movers' console by its name, which passkeys need; Chromium finds *.localhost on this machine (RFC 6761)."""
    return f"http://movers.localhost:{live_server.thread.port}"


@pytest.fixture
def context(chromium, site) -> Iterator[BrowserContext]:
    context = chromium.new_context(base_url=site, locale="en-US", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    yield context
    context.close()


@pytest.fixture
def page(context) -> Page:
    """A browser that keeps what it complains about."""
    page = context.new_page()
    page.complaints = []
    page.add_init_script(_VIOLATIONS)
    page.on("console", lambda said: page.complaints.append(said.text))
    page.on("pageerror", lambda error: page.complaints.append(f"script: {error}"))
    return page


def signs_in(page: Page, username: str) -> None:
    """Through the page, with the password of tests.console.staff."""
    page.goto("/console/sign-in")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/console/(?!sign-in\?|sign-in$)"))


def wrong(page: Page, name: str) -> list[str]:
    """Look at this page at every width and theme, keep a picture of each: what axe finds, what is too wide."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    found = []
    for width, theme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900 if width > 800 else 780})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # no colour half way between two
        page.screenshot(path=PICTURES / f"{name}-{width}-{theme}.png", full_page=True)
        found += [f"{name} {width} {theme}: {one}" for one in _violations(page)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{name} {width}: wider than the screen")
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


def policy_complaints(page: Page) -> list[str]:
    """What the browser refused under the content policy, and errors of scripts."""
    return [said for said in page.complaints if re.search("CSP|Content Security|^script", said)]


def _violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]
