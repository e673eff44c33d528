"""A real browser: what the pages of every door are looked at with."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests import databases, machine, proof

_FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-gpu"]
_PATIENCE = 60_000  # milliseconds; a busy machine is no failure
_VIOLATIONS = (
    "addEventListener('securitypolicyviolation', e => console.error('CSP', e.violatedDirective, e.blockedURI))"
)

# Only what is wrong leaves the page: what is right is a thousand times more, and took as long as the audit. Style
# sheets and media need not be fetched a second time, for no rule asks about them.
_AUDIT = """axe.run({resultTypes: ["violations"], preload: false}).then(
    found => found.violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.html}`)))"""

# Widths and themes at which pages are looked at. No page looks otherwise on another database, so each of the two
# runs takes one; at full counts both take all.
if proof.IS_FULL:
    LOOKS = [(360, "light"), (1280, "dark"), (360, "dark"), (1280, "light")]
else:
    LOOKS = [(1280, "dark")] if databases.is_postgresql() else [(360, "light")]

_lent: dict[tuple[str, int, int], BrowserContext] = {}

expect.set_options(timeout=_PATIENCE)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, one for all; each test has a window of its own. Playwright keeps an event loop in this
    thread, which Django would refuse to work beside: tests/conftest.py lets nothing else run after it has begun."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(machine.need(machine.CHROMIUM)), args=_FLAGS)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def opened(chromium: Browser, site: str, width: int, height: int, **others: object) -> BrowserContext:
    """A window of this size onto a site, with cookies of its own; whoever opens it closes it."""
    size = {"width": width, "height": height}
    context = chromium.new_context(base_url=site, locale="en-US", viewport=size, **others)
    context.set_default_timeout(_PATIENCE)
    context.site = site
    return context


@contextmanager
def lent(chromium: Browser, site: str, width: int, height: int) -> Iterator[BrowserContext]:
    """A window with a page in it, used by one test after the other, because opening them takes Chromium a second.
    When it is given back nothing is left of the visit: a word on a page of the same size, no cookie, nothing allowed.
    It stays on the site, because Chromium starts two processes for whoever comes to one from elsewhere."""
    key = (site, width, height)
    if key not in _lent:
        _lent[key] = opened(chromium, site, width, height)
        _lent[key].new_page()
    context = _lent[key]
    try:
        yield context
    finally:
        first, *others = context.pages
        for page in others:
            page.close()
        first.goto(f"{site}/healthz")
        resize(first, width, height)
        first.emulate_media(color_scheme="null", reduced_motion="null")
        context.clear_cookies()
        context.clear_permissions()


def resize(page: Page, width: int, height: int) -> None:
    """The window in this size; it costs something to be drawn anew in the same one."""
    if page.viewport_size != (size := {"width": width, "height": height}):
        page.set_viewport_size(size)


@pytest.fixture
def page(context) -> Page:
    """The page of the window, which keeps what the browser complains about from now on."""
    page = context.pages[0] if context.pages else context.new_page()
    if not hasattr(page, "complaints"):
        page.add_init_script(_VIOLATIONS)
        page.on("console", lambda said: page.complaints.append(said.text))
        page.on("pageerror", lambda error: page.complaints.append(f"script: {error}"))
    page.complaints = []
    return page


def violations(page: Page) -> list[str]:
    """What axe finds on this page, by all its rules, once it is there with its style sheets."""
    page.wait_for_load_state()
    page.evaluate(AXE_SCRIPT)
    return page.evaluate(_AUDIT)


def policy_complaints(page: Page) -> list[str]:
    """What the browser refused under the content policy, and errors of scripts."""
    return [said for said in page.complaints if re.search("CSP|Content Security|^script", said)]
