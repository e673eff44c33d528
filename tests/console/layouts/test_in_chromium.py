"""Layouts in a real browser: from the refused import to a message in the organization's own words."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, expect

from keyturn.console import layout_page
from keyturn.console.views.layouts import trying
from keyturn.operators.roles import Role
from keyturn.outbox import drafting
from keyturn.outbox.layouts.preview import Previewed
from keyturn.outbox.models import Message
from keyturn.tenants.models import Tenant
from tests.console.chromium import has_signed_in, policy_complaints, wrong
from tests.console.layouts.conftest import builder, words
from tests.console.staff import operator
from tests.recovery.acts import recover

pytestmark = pytest.mark.django_db(transaction=True)
LINK, HONEST = "PASSWORD_EMAIL_CHANGE", "PIN code (email) · Settings · Movers"
HOSTILE = """<p>Come closer</p><img src="http://elsewhere.localhost/pixel.png">
<link rel="stylesheet" href="http://elsewhere.localhost/a.css">
<script>top.document.title = "Mallory was here"</script>"""


@pytest.fixture
def page(page: Page, in_movers: Tenant) -> Page:
    """Otto's browser, signed in as an administrator."""
    operator(in_movers, "otto", Role.ADMINISTRATOR, "otto@movers.example")
    has_signed_in(page, "otto")
    return page


@pytest.mark.mission("M2.4")
@pytest.mark.mission("M2.5")
@pytest.mark.mission("M2.6")
def test_from_a_refused_import_to_a_message_in_own_words(page, in_movers, mara, monkeypatch):
    found = imports(page)
    found += edits(page)
    found += restores(page)
    found += points_elsewhere(page)
    assert next_subject(in_movers) == "By night"
    assert found == []
    assert policy_complaints(page) == []
    the_frame_holds_what_cleaning_let_through(page, monkeypatch)


def test_a_preview_that_comes_in_the_moment_of_saving_does_not_take_its_place(page, imported):
    """Both send the same form, and a browser forgets what was sent first while it has not gone there yet."""
    page.goto(builder(words(LINK)))
    saves_by_day_while_a_preview_comes(page)
    expect(page.get_by_text("Version 2, saved")).to_be_visible()
    assert words(LINK).subject == "By day"


def test_without_the_guard_the_preview_would_take_its_place(page, imported):
    """The negative control."""
    careless = Path(finders.find("keyturn/layouts.js")).read_text().replace("if (isSaving) return;", "")
    page.route("**/layouts*.js", lambda route: route.fulfill(body=careless, content_type="text/javascript"))
    page.goto(builder(words(LINK)))
    with page.expect_response("**/check"):  # which follows what was typed, long after the click
        saves_by_day_while_a_preview_comes(page)
    assert words(LINK).subject != "By day"


def saves_by_day_while_a_preview_comes(page: Page) -> None:
    """A click on Save, and in the same moment what the preview waits for."""
    page.get_by_label("Subject").fill("By day")
    page.evaluate("""() => {
        document.querySelector(".button.is-primary").click();
        document.getElementById("problems").dispatchEvent(new CustomEvent("htmx:afterSwap", { bubbles: true }));
    }""")


def imports(page: Page) -> list[str]:
    """Refused, with the way to where the environment gets its name; then accepted."""
    page.goto("/console/settings/layouts")
    page.get_by_role("button", name="Import default layouts").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was imported.")
    found = wrong(page, "layouts-refused")
    page.get_by_role("link", name="Environment name, under Looks").click()
    page.get_by_label("Environment name").fill("Depot")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Layouts").click()
    page.get_by_role("button", name="Import default layouts").click()
    expect(page.get_by_role("status")).to_contain_text("layouts were imported")
    return found + wrong(page, "layouts")


def edits(page: Page) -> list[str]:
    """The preview follows the words; items go in by the keyboard; what is not known is asked about."""
    page.get_by_role("link", name="Link and code (email)").click()
    mail = page.frame_locator("#frames iframe:not(.is-coming)")
    expect(mail.locator("body")).to_contain_text("Hello Alex Example")
    text = page.get_by_label("Text", exact=True).and_(page.locator("textarea"))
    text.press("ControlOrMeta+Home")
    page.keyboard.type("Welcome to ")
    page.locator("[data-insert='!ENVIRONMENT!']").focus()
    page.keyboard.press("Enter")
    page.keyboard.type(", !NAME!. ")
    expect(text).to_be_focused()
    expect(mail.locator("body")).to_contain_text("Welcome to Depot, !NAME!. Hello Alex Example")
    expect(page.locator("#problems")).to_contain_text("!NAME! is no merge item of this message")
    before = page.evaluate("history.length")
    page.get_by_text("Phone", exact=True).click()
    expect(page.locator("#frames iframe")).to_have_count(1)
    assert page.evaluate("history.length") == before  # "back" leaves the builder, whatever the frame showed
    found = wrong(page, "builder")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#confirmed-error")).to_contain_text("Mend these, or say that they are meant.")
    page.get_by_label("These are meant").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Version 2, saved")).to_be_visible()
    return found


def restores(page: Page) -> list[str]:
    """What two versions differ in, and the older one again."""
    page.get_by_role("link", name="Versions").click()
    expect(page.locator("ins")).to_contain_text("Welcome to !ENVIRONMENT!, !NAME!. Hello !PERSON_NAME!,")
    found = wrong(page, "versions")
    page.get_by_role("button", name="Restore 1").click()
    expect(page.get_by_text("Version 3, saved")).to_be_visible()
    assert "Welcome" not in words(LINK).text
    return found


def points_elsewhere(page: Page) -> list[str]:
    """A second layout for the same message, and the variable that says so."""
    page.goto("/console/settings/layouts/new")
    page.get_by_label("Name", exact=True).fill("Night shift")
    page.get_by_label("Message").select_option("Link and code · Email")
    page.get_by_role("button", name="Make the layout").click()
    page.get_by_label("Subject").fill("By night")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Version 1, saved")).to_be_visible()
    page.goto("/console/settings/variables")
    page.get_by_role("link", name=f"Change {LINK}").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Night shift").check()
    found = wrong(page, "variable")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Night shift")).to_be_visible()
    return found


def the_frame_holds_what_cleaning_let_through(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail that nobody cleaned reaches neither the page nor the world; with policy and sandbox gone, it would."""
    failed: set[str | None] = set()
    page.on("requestfailed", lambda request: failed.add(request.failure))
    shown = Previewed("", "", HOSTILE, None, ())
    monkeypatch.setattr(layout_page, "looked_at", lambda draft, logo="": (shown, None))
    page.goto(builder(words("PINCODE_EMAIL_BODY")))
    expect(page.frame_locator("#frames iframe:not(.is-coming)").get_by_text("Come closer")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert (page.title(), failed) == (HONEST, {"csp"})  # nothing left this machine
    monkeypatch.setattr(trying, "FRAMED", "default-src * 'unsafe-inline'; frame-ancestors 'self'")
    page.evaluate("document.querySelector('#frames iframe').removeAttribute('sandbox')")
    page.evaluate("document.querySelector('#frames iframe').src += '?'")
    expect(page).to_have_title("Mallory was here")


def next_subject(tenant: Tenant) -> str:
    """What the next message about a forgotten password says first."""
    recover(tenant)
    return drafting.draft(Message.objects.filter(purpose="recovery_link").latest("created_at")).subject
