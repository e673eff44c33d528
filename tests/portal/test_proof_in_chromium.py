"""The work that signing up takes while many wrong PINs come, done by a real browser: at full difficulty."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from keyturn.enrollment.models import SignUp
from keyturn.lib import clock
from keyturn.tenants.models import PinSignUp
from tests.chromium import lent, opened, policy_complaints, violations
from tests.enrollment import working
from tests.portal.test_sign_up import MADE_UP, set_mode

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(live_server, in_movers) -> str:
    """Movers' pages, where people sign up."""
    set_mode(in_movers, PinSignUp.WEB)
    return f"http://127.0.0.1:{live_server.thread.port}"


@pytest.fixture
def context(chromium, site) -> Iterator[BrowserContext]:
    with lent(chromium, site, 360, 740) as context:
        yield context


def fills_in(page: Page, name: str) -> None:
    page.get_by_label("PIN", exact=True).fill(MADE_UP)
    page.get_by_label("Your email address").fill(f"{name}@movers.example")
    page.get_by_label("User name that you would like").fill(name)


def sends(page: Page) -> None:
    page.get_by_role("button", name="Sign up").click()


@pytest.mark.mission("M2.9", "M2.13")
def test_a_browser_does_the_work_and_who_has_none_that_does_is_told(page, chromium, in_movers, site):
    page.goto("/sign-up")
    fills_in(page, "nina")
    working.meet_limit(in_movers, clock.now())  # meanwhile
    sends(page)
    expect(page.get_by_text("Not sent yet")).to_be_visible()
    expect(page.get_by_label("User name that you would like")).to_have_value("nina")
    sends(page)  # whether the work is done or not
    expect(page.get_by_text("Look in your mail")).to_be_visible()
    page.goto("/sign-up")
    expect(page.get_by_text("Yours has done it")).to_be_visible()
    assert violations(page) == [] and page.evaluate("document.documentElement.scrollWidth") <= 360
    fills_in(page, "pia")
    sends(page)
    expect(page.get_by_text("Look in your mail")).to_be_visible()
    assert policy_complaints(page) == []
    assert list(SignUp.objects.values_list("is_proven", flat=True)) == [True, True]
    with opened(chromium, site, 360, 740, java_script_enabled=False) as scriptless:
        plain = scriptless.new_page()
        plain.goto("/sign-up")
        expect(plain.get_by_text("Yours runs no scripts")).to_be_visible()
        fills_in(plain, "paul")
        sends(plain)
        expect(plain.get_by_label("User name that you would like")).to_have_value("paul")
    assert SignUp.objects.count() == 2
