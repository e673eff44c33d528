"""The demo's two pages in a real browser."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.chromium import opened, policy_complaints, resize, violations

LOOKS = [(360, "light"), (1280, "dark")]  # a demo has one database, so one run looks at both


@pytest.fixture
def context(chromium, demo):
    with opened(chromium, f"http://127.0.0.1:{demo.port}", 360, 800) as window:
        yield window


@pytest.mark.parametrize("path", ["/demo/", "/demo/inbox"])
def test_it_is_sound_at_every_width_and_theme(page, path):
    for width, theme in LOOKS:
        resize(page, width, 800)
        page.emulate_media(color_scheme=theme)
        page.goto(path)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert policy_complaints(page) == []


def test_the_language_is_chosen_below_the_page(page):
    page.goto("/demo/inbox")
    page.get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    assert urlsplit(page.url).path == "/demo/inbox"
