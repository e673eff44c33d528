"""The pages in a real browser: for eyes, keyboards, screen readers and people without script, in both themes."""

import os
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from keyturn.tenants.models import TenantHost
from tests import machine
from tests.access.people import temporary
from tests.recovery.acts import MARAS_EMAIL, MARAS_PASSWORD, NEW_PASSWORD, link_and_code, resolve_all

WIDTHS = {"phone": 360, "desktop": 1280}
VIOLATIONS = (
    "addEventListener('securitypolicyviolation', e => console.error('CSP', e.violatedDirective, e.blockedURI))"
)

pytestmark = pytest.mark.django_db(transaction=True)


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
def site(live_server, in_movers) -> str:
    """Movers' pages, served by threads of their own."""
    assert TenantHost.objects.filter(host="127.0.0.1", tenant=in_movers).exists()
    return f"http://127.0.0.1:{live_server.thread.port}"


@pytest.fixture
def context(chromium, site) -> Iterator[BrowserContext]:
    context = chromium.new_context(base_url=site, locale="en-US", viewport={"width": 360, "height": 740})
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(context) -> Page:
    """A browser that keeps what it complains about."""
    page = context.new_page()
    page.complaints = []
    page.add_init_script(VIOLATIONS)
    page.on("console", lambda said: page.complaints.append(said.text))
    page.on("pageerror", lambda error: page.complaints.append(f"script: {error}"))
    return page


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
    for path in ("/nowhere", "/console/", "/console/welcome/x"):
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


def sees_nothing_wrong(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(page, mara, theme):
    page.emulate_media(color_scheme=theme)
    found = {state: wrong for state in every_page(page) if (wrong := sees_nothing_wrong(page))}
    assert found == {}


def test_axe_would_notice(page, site):
    page.goto("/sign-in")
    page.evaluate("document.querySelector('label').remove()")
    assert any(wrong.startswith("label:") for wrong in sees_nothing_wrong(page))


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_no_page_is_wider_than_the_screen(page, mara, width):
    page.set_viewport_size({"width": width, "height": 740})
    for state in every_page(page):
        assert page.evaluate("document.documentElement.scrollWidth") <= width, state


def test_no_page_breaks_its_own_policy(page, mara):
    for _ in every_page(page):
        pass
    assert [said for said in page.complaints if "CSP" in said or "Content Security" in said or "script" in said] == []


def test_a_broken_policy_would_be_noticed(page, site):
    page.goto("/sign-in")
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.wait_for_timeout(100)
    assert any("CSP" in said for said in page.complaints)


def test_nobody_else_is_asked_for_anything(page, mara, site):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for _ in every_page(page):
        pass
    assert {url for url in asked if not url.startswith(site)} == set()


@pytest.mark.mission("M4.1", "M4.2", "M4.3", "M4.4", "M4.6")
def test_the_whole_way_without_script(chromium, site, mara):
    context = chromium.new_context(base_url=site, locale="en-US", java_script_enabled=False)
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
    page.goto("/sign-in")  # the cursor stands in the user name
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
    assert sees_nothing_wrong(page) == []


def test_spanish_is_one_press_away(page, site):
    page.goto("/forgot")
    page.get_by_role("button", name="Español").click()
    expect(page.get_by_role("heading", name="¿Olvidó su contraseña?")).to_be_visible()
    assert sees_nothing_wrong(page) == []
