"""Mending a mailbox in a real browser: the steps follow, with script and without; for eyes and screen readers."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from keyturn.monitoring.models import Mailbox, Mending
from tests.chromium import opened, policy_complaints, violations
from tests.monitoring import mends
from tests.monitoring.conftest import mail_server  # noqa: F401 -- a fixture
from tests.monitoring.mends import NEW, OLD, link_to, prove_all
from tests.recovery.acts import MARAS_EMAIL, MARAS_PASSWORD

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.mission("M1.10", "M1.11", "M1.12", "M1.13")]


@pytest.fixture
def site(live_server, in_movers) -> str:
    """Movers' pages, served by threads of their own."""
    return f"http://127.0.0.1:{live_server.thread.port}"


@pytest.fixture
def context(chromium, site) -> Iterator[BrowserContext]:
    with opened(chromium, site, 360, 740) as context:
        yield context


@pytest.fixture
def broken(mara, now) -> Mailbox:
    return mends.suspended(mara, now)


def sends(page: Page, old: str = OLD) -> None:
    page.get_by_label("Old password of the mailbox", exact=True).fill(old)
    page.get_by_label("New password of the mailbox", exact=True).fill(NEW)
    page.get_by_role("button", name="OK").click()


def every_state(page: Page, token: str) -> Iterator[str]:
    """From the link to the end, with one mistake."""
    page.goto(f"/mailbox/{token}")
    yield "form"
    sends(page, "wrong")
    expect(page.get_by_role("alert")).to_contain_text("were not accepted together")
    yield "not accepted"
    sends(page)
    expect(page.get_by_role("heading", name="Testing your new password")).to_be_visible()
    yield "under way"
    Mending.objects.update(steps=["resolved", "connected"])
    expect(page.locator(".is-reached")).to_have_count(2)  # without a press of anything
    yield "half way"
    prove_all()
    expect(page.get_by_role("heading", name="Your new password works")).to_be_visible()
    yield "mended"


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (1280, "dark")], ids=["phone", "desktop"])
def test_every_state_can_be_used_by_all_and_fits(page, broken, mail_server, now, width, theme):  # noqa: F811
    page.set_viewport_size({"width": width, "height": 740})
    page.emulate_media(color_scheme=theme)
    wrong, widths = {}, {}
    for state in every_state(page, link_to(broken, now)):
        wrong[state] = violations(page)
        widths[state] = page.evaluate("document.documentElement.scrollWidth")
    assert {state: found for state, found in wrong.items() if found} == {}
    assert {state: wide for state, wide in widths.items() if wide > width} == {}
    assert policy_complaints(page) == []


def test_without_script_the_page_reloads_itself(chromium, site, broken, mail_server, now):  # noqa: F811
    context = opened(chromium, site, 360, 740, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/mailbox/{link_to(broken, now)}")
    sends(page)
    expect(page.get_by_role("heading", name="Testing your new password")).to_be_visible()
    prove_all()
    expect(page.get_by_role("heading", name="Your new password works")).to_be_visible()
    context.close()


@pytest.mark.mission("M1.5")
@pytest.mark.parametrize("width", [360, 1280], ids=["phone", "desktop"])
def test_maras_own_page_shows_the_red_one_with_a_stop_sign(page, broken, width):
    page.set_viewport_size({"width": width, "height": 740})
    page.goto("/sign-in")
    page.get_by_label("User name").fill(MARAS_EMAIL)
    page.get_by_label("Password", exact=True).fill(MARAS_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    state = page.locator(".mailbox.is-suspended .mailbox-state")
    expect(state).to_have_text("Suspended")
    expect(state.locator("svg.stop-sign")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
