"""Mailboxes in a real browser: every page of them looked at, on a phone and on a desk, by day and by night."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from keyturn.monitoring import imports, trials, webhooks
from keyturn.monitoring.core.verdict import Code
from keyturn.monitoring.models import HostTrouble, Mailbox, Sighting
from keyturn.monitoring.webhooks import NewWebhook
from keyturn.operators.roles import Role
from keyturn.people import changes
from keyturn.people.changes import NewPerson
from keyturn.tenants import scope
from tests.console.chromium import has_signed_in, policy_complaints, wrong
from tests.console.staff import operator
from tests.monitoring import boxes
from tests.monitoring.conftest import mail_server  # noqa: F401 -- a fixture

pytestmark = pytest.mark.django_db(transaction=True)
STATES = {
    "Work mail": {},
    "Sales": {"state": Mailbox.SUSPENDED, "suspended_by": Mailbox.BY_WATCH, "code": "authentication_failed"},
    "Archive": {"state": Mailbox.TROUBLED, "code": "timeout", "verdict": "unreachable", "protocol": "pop3"},
    "Old phone": {"state": Mailbox.REFUSED, "code": "authentication_failed", "verdict": "rejected", "refusals": 2},
    "Nobody's": {"state": Mailbox.NEW, "code": "", "verdict": "", "checked_at": None},
}
LONG = "wolfeschlegelsteinhausenbergerdorff@a-rather-long-name-of-a-domain.movers.example"
FILE = "identifier,name,host,username,password\nnils,New,mail.movers.example,nils,secret\nnobody,X,a.example,x,y\n"


@pytest.fixture
def mara(movers, now):
    """Mara, with a mailbox in every state and two days of checks; Otto, and a colleague who stands as high as he."""
    operator(movers, role=Role.ADMINISTRATOR, email="otto@movers.example")
    with scope.inside(movers.id):
        changes.create(NewPerson("nils", "Nils Holm"), now)
        otto = changes.create(NewPerson("otto", "Otto Brandt", email="otto@movers.example"), now)
        boxes.mailbox(otto, now, "Otto's own")
        mara = changes.create(NewPerson("mara", "Mara Lind", email="mara@movers.example"), now)
        for name, columns in STATES.items():
            is_over = columns.get("state") == Mailbox.SUSPENDED
            due = {
                "due_at": None if is_over else now + timedelta(minutes=30),
                "suspended_at": now if is_over else None,
            }
            row = boxes.mailbox(mara, now, name, **{"username": LONG} | due | columns)
            _checks(row, now)
        HostTrouble.objects.create(host="mail.movers.example", began_at=now, failing=7)
        webhooks.save(NewWebhook("https://hooks.movers.example/keyturn", True), 0, now, actor="owner")
        webhooks.tell(webhooks.SUSPENDED, list(Mailbox.objects.filter(state=Mailbox.SUSPENDED)), now)
    return mara


def _checks(row: Mailbox, now) -> None:
    seen = ["accepted"] * 8 + ["unreachable", "accepted", "unclear", "rejected", "rejected", "rejected"]
    said = {"accepted": "signed_in", "unreachable": "timeout", "unclear": "no_without_code"}
    Sighting.objects.bulk_create(
        Sighting(
            mailbox=row,
            at=now - timedelta(minutes=30 * (96 - number)),
            verdict=verdict,
            code=said.get(verdict, "authentication_failed"),
            milliseconds=40 + 37 * number % 900,
        )
        for number, verdict in enumerate(["accepted"] * 82 + seen)
    )


@pytest.mark.mission("M1.5", "M1.14")
def test_the_grid_and_a_mailbox_are_read_and_acted_on_everywhere(page: Page, mara):
    has_signed_in(page, "otto")
    page.goto("/console/mailboxes/")
    red = page.locator("tr.is-suspended .badge.is-bad")
    expect(red).to_have_text("Suspended")
    expect(red.locator("svg")).to_be_visible()
    seen = wrong(page, "mailboxes-grid")
    page.get_by_label("All on this page").check()
    expect(page.locator("[name=ids]:checked")).to_have_count(6)
    page.get_by_label("All on this page").uncheck()
    page.get_by_label("Archive, Mara Lind").check()
    page.get_by_label("Otto's own, Otto Brandt").check()
    page.get_by_role("button", name="Check now").click()
    expect(page.get_by_role("status")).to_contain_text("1 mailbox is due now. 1 belongs to an operator")
    seen += wrong(page, "mailboxes-grid-acted")
    page.goto("/console/mailboxes/?q=nothing-like-it")
    seen += wrong(page, "mailboxes-grid-empty")
    page.goto("/console/mailboxes/?state=suspended")
    page.get_by_role("link", name="Sales").click()
    expect(page.get_by_text("is not tried any more")).to_be_visible()
    page.get_by_role("button", name="Let the owner in once without it").click()
    expect(page.get_by_role("button", name="Ask for the old password again")).to_be_visible()
    page.get_by_text("Each check", exact=True).click()
    seen += wrong(page, "mailbox-suspended")
    page.goto("/console/")
    seen += wrong(page, "home-with-mailboxes")
    assert seen == []
    assert policy_complaints(page) == []


@pytest.mark.mission("M1.1")
def test_one_is_put_on_record_tried_changed_and_taken_off(page: Page, mara, mail_server):  # noqa: F811
    has_signed_in(page, "otto")
    page.goto(f"/console/people/{mara.pk}/mailboxes")
    seen = wrong(page, "mailboxes-of-a-person")
    page.get_by_role("link", name="Add a mailbox").click()
    seen += wrong(page, "mailbox-new")
    page.get_by_label("Account").fill("Home")
    page.get_by_label("Server", exact=True).fill("not a host")
    page.get_by_label("Password", exact=True).last.fill(boxes.SECRET)
    page.get_by_text("Sending side").click()
    page.get_by_label("Sending server").fill("out.home.example")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#host-error")).to_be_visible()
    seen += wrong(page, "mailbox-new-refused")
    page.get_by_label("Server", exact=True).fill("mail.home.example")
    page.get_by_label("User name").fill("mara@home.example")
    page.get_by_label("Password", exact=True).last.fill(boxes.SECRET)
    page.get_by_role("button", name="Test settings").click()
    expect(page.get_by_text("Name resolved")).to_be_visible()
    mail_server.code = Code.AUTHENTICATION_FAILED
    assert trials.step()
    expect(page.get_by_text("user name or password are wrong")).to_be_visible()
    seen += wrong(page, "mailbox-tested")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Home")).to_be_visible()
    page.get_by_role("link", name="Change").click()
    page.get_by_label("Server", exact=True).fill("elsewhere.example")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#secret-error")).to_contain_text("saving wipes it")
    seen += wrong(page, "mailbox-change-wipes")
    page.get_by_label("Save without a password").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("No password")).to_be_visible()
    page.get_by_role("link", name="Take it off record").click()
    expect(page.get_by_role("heading", name="Take Home off record?")).to_be_visible()
    seen += wrong(page, "mailbox-remove")
    page.get_by_role("button", name="Take it off record").click()
    expect(page.get_by_role("status")).to_contain_text("Taken off record")
    assert seen == []
    assert policy_complaints(page) == []


def test_a_file_of_them_is_tried_and_watched(page: Page, mara, tmp_path):
    path = tmp_path / "boxes.csv"
    path.write_text(FILE)
    has_signed_in(page, "otto")
    page.goto("/console/mailboxes/")
    page.get_by_role("link", name="Import").click()
    page.get_by_text("Columns", exact=True).click()
    seen = wrong(page, "mailboxes-import")
    page.get_by_label("CSV file").set_input_files(path)
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("Waiting")).to_be_visible()
    imports.step()
    expect(page.get_by_text("Would be created")).to_be_visible()
    expect(page.get_by_role("link", name="Download what was refused")).to_be_visible()  # the page follows by itself
    seen += wrong(page, "mailboxes-import-done")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download what was refused").click()
    assert "nobody" in taken.value.path().read_text("utf-8-sig")
    page.goto("/console/mailboxes/imports/")
    seen += wrong(page, "mailboxes-imports")
    assert seen == []
    assert policy_complaints(page) == []


@pytest.mark.mission("M1.6", "M1.8")
def test_the_settings_of_mailboxes_are_read_everywhere(page: Page, mara):
    has_signed_in(page, "otto")
    seen = []
    for name in ("notification-rules", "mailboxes", "addresses"):
        page.goto(f"/console/settings/{name}")
        seen += wrong(page, f"settings-{name}")
    page.get_by_label("Phone app").fill("app.movers.example")
    page.get_by_label("Desktop app").fill("192.0.2.7")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.get_by_label("Desktop app")).to_have_value("192.0.2.7")
    page.goto("/console/settings/mailboxes/webhook")
    seen += wrong(page, "settings-webhook")
    page.get_by_role("button", name="Make another secret").click()
    seen += wrong(page, "settings-webhook-secret")
    assert seen == []
    assert policy_complaints(page) == []
