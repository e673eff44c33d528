"""The pages in a real browser: for eyes, keyboards, screen readers and people without script, in both themes."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from keyturn.tenants.models import TenantHost
from tests.access.people import temporary
from tests.chromium import LOOKS, lent, opened, policy_complaints, violations
from tests.recovery.acts import MARAS_EMAIL, MARAS_PASSWORD, NEW_PASSWORD, link_and_code, resolve_all

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(live_server, in_movers) -> str:
    """Movers' pages, served by threads of their own."""
    assert TenantHost.objects.filter(host="127.0.0.1", tenant=in_movers).exists()
    return f"http://127.0.0.1:{live_server.thread.port}"


@pytest.fixture
def context(chromium, site) -> Iterator[BrowserContext]:
    with lent(chromium, site, 360, 740) as context:
        yield context


def asks(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("User name").fill(MARAS_EMAIL)
    page.get_by_role("button", name="Reset password").click()


def saves(page: Page, code: str, password: str = NEW_PASSWORD) -> None:
    page.get_by_label("Code", exact=True).fill(code)
    page.get_by_label("New password", exact=True).fill(password)
    page.get_by_label("Confirm new password", exact=True).fill(password)
    page.get_by_role("button", name="Save new password").click()


def signs_in(page: Page, password: str = MARAS_PASSWORD) -> None:
    page.goto("/sign-in")
    page.get_by_label("User name").fill(MARAS_EMAIL)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def every_page(page: Page) -> Iterator[str]:
    """Bring the browser to every page and error state, one after the other."""
    yield from _before_signing_in(page)
    yield from _behind_the_link(page)
    signs_in(page)
    yield "me"
    page.get_by_role("link", name="Change password").click()
    yield "change password"
    page.get_by_role("button", name="Save new password").click()
    yield "change password, with errors"
    for path in ("/nowhere", "/console/", "/console/welcome/x", "/api/v1/docs"):
        page.goto(path)
        yield path


def _before_signing_in(page: Page) -> Iterator[str]:
    page.goto("/sign-in")
    yield "sign in"
    page.get_by_role("button", name="Sign in").click()
    yield "sign in, with errors"
    signs_in(page, "not this one")
    yield "sign in, refused"
    asks(page)
    yield "dialog"
    page.get_by_role("button", name="OK").click()
    yield "sent"
    page.goto("/forgot")
    yield "forgot"
    page.goto("/r")
    yield "open the link again"


def _behind_the_link(page: Page) -> Iterator[str]:
    page.goto(f"/r/{'A' * 43}")
    yield "redeem"
    page.get_by_label("New password", exact=True).fill("password")
    expect(page.locator("#new_password-meter")).to_contain_text("Poor")
    yield "redeem, while typing"
    saves(page, "12a", "password1")
    yield "redeem, with errors"
    saves(page, "123456", "password1")
    yield "redeem, too weak"


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_every_page_can_be_used_by_all_fits_keeps_its_policy_and_asks_nobody_else(page, mara, site, width, theme):
    page.set_viewport_size({"width": width, "height": 740})
    page.emulate_media(color_scheme=theme)
    asked, wrong, widths = [], {}, {}
    page.on("request", lambda request: asked.append(request.url))
    for state in every_page(page):
        wrong[state] = violations(page)
        widths[state] = page.evaluate("document.documentElement.scrollWidth")
    assert {state: found for state, found in wrong.items() if found} == {}
    assert {state: wide for state, wide in widths.items() if wide > width} == {}
    assert policy_complaints(page) == []
    assert {url for url in asked if not url.startswith(site)} == set()


def test_axe_would_notice(page, site):
    page.goto("/sign-in")
    page.evaluate("document.querySelector('label').remove()")
    assert any(wrong.startswith("label:") for wrong in violations(page))


def test_a_broken_policy_would_be_noticed(page, site):
    page.goto("/sign-in")
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.wait_for_timeout(100)
    assert policy_complaints(page)


@pytest.mark.mission("M4.1", "M4.2", "M4.3", "M4.4", "M4.6")
def test_the_whole_way_without_script(chromium, site, mara):
    context = opened(chromium, site, 360, 740, java_script_enabled=False)
    page = context.new_page()
    page.goto("/sign-in")
    expect(page.get_by_role("button", name="Reset password")).to_be_hidden()
    asks(page)
    expect(page.get_by_text(MARAS_EMAIL)).to_be_visible()
    page.get_by_role("button", name="OK").click()
    expect(page.get_by_text("on its way")).to_be_visible()
    resolve_all()
    token, code = link_and_code()
    page.goto(f"/r/{token}")
    saves(page, code, "password1")
    expect(page.locator("#new_password-meter")).to_contain_text("Poor")
    saves(page, code)
    expect(page.get_by_text("Your new password is saved")).to_be_visible()
    signs_in(page, NEW_PASSWORD)
    expect(page.get_by_role("heading", name="Mara Lind")).to_be_visible()
    context.close()


@pytest.mark.mission("M4.1", "M4.4")
def test_the_whole_way_by_keyboard(page, mara):
    page.goto("/sign-in")
    expect(page.get_by_label("User name")).to_be_focused()
    page.keyboard.type(MARAS_EMAIL)
    walk_to(page, "Reset password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Reset password")).to_be_visible()
    walk_to(page, "OK")
    page.keyboard.press("Enter")
    expect(page.get_by_text("on its way")).to_be_visible()
    resolve_all()
    token, code = link_and_code()
    page.goto(f"/r/{token}")
    expect(page.get_by_label("Code", exact=True)).to_be_focused()
    page.keyboard.type(code)
    for field in ("new_password", "confirm_password"):
        walk_to(page, field)
        page.keyboard.type(NEW_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your new password is saved")).to_be_visible()


def walk_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on a field of that id or a button of that text, and can be seen there."""
    for _ in range(15):
        page.keyboard.press("Tab")
        focus = page.evaluate(
            "(e => [e.id, e.textContent.trim(), getComputedStyle(e).outlineStyle])(document.activeElement)"
        )
        assert focus[2] != "none", f"nothing shows that the focus is on {focus}"
        if name in focus[:2]:
            return
    raise AssertionError(f"{name} cannot be reached with Tab")


def test_an_error_takes_the_cursor_to_its_field(page, site):
    page.goto("/sign-in")
    page.get_by_label("User name").fill("mara")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    expect(page.get_by_label("Password", exact=True)).to_have_accessible_description("Type your password.")


@pytest.mark.mission("M4.5")
def test_the_meter_follows_the_typing(page, site):
    page.goto(f"/r/{'A' * 43}")
    field, meter = page.get_by_label("New password", exact=True), page.locator("#new_password-meter")
    expect(meter).to_contain_text("At least 12 characters")
    for typed, word in (("password", "Poor"), ("correct horse", "Weak"), (NEW_PASSWORD, "Excellent")):
        field.fill("")
        field.press_sequentially(typed)
        expect(meter).to_contain_text(word)
    field.fill("")
    expect(meter).to_contain_text("At least 12 characters")


def test_a_password_can_be_shown_and_is_hidden_when_it_is_sent(page, site):
    page.goto("/sign-in")
    field = page.get_by_label("Password", exact=True)
    button = page.get_by_role("button", name="Show Password")
    button.click()
    expect(field).to_have_attribute("type", "text")
    page.get_by_role("button", name="Hide Password").click()
    expect(field).to_have_attribute("type", "password")


def test_a_code_can_be_pasted_with_its_blank(page, site):
    page.goto(f"/r/{'A' * 43}")
    field = page.get_by_label("Code", exact=True)
    field.focus()
    page.keyboard.insert_text("123 456")
    expect(field).to_have_value("123 456")


@pytest.mark.mission("M0.4")
def test_a_temporary_password_leads_to_the_choice_of_an_own_one(page, account, site, now):
    text, _ = temporary(account, now)
    signs_in(page, text)
    expect(page.get_by_role("heading", name="Choose your own password")).to_be_visible()
    assert violations(page) == []


def test_spanish_is_one_press_away(page, site):
    page.goto("/forgot")
    page.get_by_role("button", name="Español").click()
    expect(page.get_by_role("heading", name="¿Olvidó su contraseña?")).to_be_visible()
    assert violations(page) == []


def test_spanish_is_one_press_away_from_the_page_of_the_api_too(page, site):
    page.goto("/api/v1/docs")
    page.get_by_role("button", name="Español").click()
    expect(page.get_by_role("heading", name="API de Keyturn, versión 1")).to_be_visible()
    assert violations(page) == []
