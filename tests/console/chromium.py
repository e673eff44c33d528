"""The console in a real browser: fixtures and eyes that the journeys of every area share."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page

from tests import proof
from tests.chromium import LOOKS, lent, policy_complaints, resize, violations  # noqa: F401 -- for every area
from tests.console.staff import PASSWORD

# Of every page that is looked at, from both databases, for whoever changes one; not committed. PICTURES=1 make test
# keeps them: a picture takes Chromium as long as the page, and no test reads it.
PICTURES = Path("artifacts/console")
_ARE_KEPT = proof.IS_FULL or os.environ.get("PICTURES") == "1"


@pytest.fixture
def site(live_server, movers) -> str:
    """Movers' console by its name, which passkeys need; Chromium finds *.localhost on this machine (RFC 6761)."""
    return f"http://movers.localhost:{live_server.thread.port}"


@pytest.fixture
def context(chromium, site) -> Iterator[BrowserContext]:
    with lent(chromium, site, 1280, 900) as context:
        yield context


def has_signed_in(page: Page, username: str) -> None:
    """Somebody signed in here a moment ago: the page for it has its own tests, and would cost all others a second."""
    site = page.context.site
    client = Client(HTTP_HOST=urlsplit(site).hostname)
    client.post("/console/sign-in", {"identifier": username, "password": PASSWORD})
    given = [{"name": name, "value": cookie.value, "url": site} for name, cookie in client.cookies.items()]
    page.context.add_cookies(given)


def signs_in(page: Page, username: str) -> None:
    """Through the page, with the password of tests.console.staff."""
    page.goto("/console/sign-in")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/console/(?!sign-in\?|sign-in$)"))


def wrong(page: Page, name: str) -> list[str]:
    """Look at this page: what axe finds, what is too wide."""
    found = []
    for width, theme in LOOKS:
        resize(page, width, 900 if width > 800 else 780)
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # no colour half way between two
        if _ARE_KEPT:
            page.screenshot(path=PICTURES / f"{name}-{width}-{theme}.png", full_page=True)
        found += [f"{name} {width} {theme}: {one}" for one in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{name} {width}: wider than the screen")
    resize(page, 1280, 900)
    return found
