"""A dispatcher with a caller on the line, in a real browser: every page of the desk, in both themes and widths."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from keyturn.access.models import Session
from keyturn.directories import accounts
from keyturn.lib import clock
from keyturn.outbox.models import Message
from keyturn.people import changes
from keyturn.people.changes import NewPerson
from keyturn.people.models import Address, Person
from keyturn.recovery import readiness
from keyturn.recovery.models import Approval, Recovery
from keyturn.tenants.models import Tenant
from tests.console.chromium import has_signed_in, wrong
from tests.console.helpdesk.test_reset import at
from tests.console.staff import PASSWORD, sign_in
from tests.recovery import acts
from tests.recovery.desk import TOLD, WHY, set_tenant
from tests.recovery.test_manual_entry import tries

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def otto_signs_in(page, otto) -> Page:
    has_signed_in(page, "otto")
    return page


def code_sent() -> str:
    return acts.values_of(Message.objects.filter(purpose="caller_check").latest("created_at"))["CODE"]


def every_page(page: Page, mara, olga) -> Iterator[str]:
    """Bring the browser to every state of the desk, one after the other."""
    tries(acts.MARAS_PASSWORD)
    acts.recover(mara.tenant, phone=acts.MARAS_PHONE, method="temporary_password")
    yield from _a_link(page, mara)
    set_tenant(mara.tenant, caller_check="required")
    yield from _who_is_calling(page, mara)
    yield from _told(page, mara)
    set_tenant(mara.tenant, caller_check="off", second_operator="all")
    yield from _two_operators(page, mara, olga)
    yield from _readiness(page, mara)


def _a_link(page: Page, mara) -> Iterator[str]:
    page.goto(at(mara, "account"))
    yield "account"
    page.get_by_role("link", name="Reset password").click()
    expect(page.locator("dialog[open]")).to_contain_text("m***@m***.example")
    yield "reset-dialog"
    page.get_by_role("button", name="Yes, send it").click()
    expect(page.locator("#note-error")).to_be_visible()
    yield "reset-error"
    page.get_by_label("Reason").fill(WHY)
    page.get_by_role("button", name="Yes, send it").click()
    expect(page.get_by_text("spam folder")).to_be_visible()
    yield "reset-sent"


def _who_is_calling(page: Page, mara) -> Iterator[str]:
    page.goto(at(mara))
    yield "caller-needed"
    page.get_by_role("button", name="•••01").click()
    expect(page.get_by_label("Code that the caller reads out")).to_be_visible()
    yield "caller-awaited"
    page.get_by_label("Code that the caller reads out").fill(acts.other_than(code_sent()))
    page.get_by_role("button", name="Check the code").click()
    expect(page.get_by_text("2 tries are left")).to_be_visible()
    yield "caller-wrong"
    page.get_by_label("Code that the caller reads out").fill(code_sent())
    page.get_by_role("button", name="Check the code").click()
    expect(page.get_by_text("Checked", exact=True)).to_be_visible()
    yield "caller-checked"


def _told(page: Page, mara) -> Iterator[str]:
    page.get_by_role("link", name="Enter a new password for the customer").click()
    yield "enter"
    page.get_by_label("Password that the caller tells you").fill("password1")
    expect(page.locator("#new_password-meter")).to_contain_text("Poor")
    yield "enter-typing"
    page.get_by_label("Reason").fill(WHY)
    page.get_by_role("button", name="Reset password").click()
    expect(page.locator("#new_password-error")).to_be_visible()
    yield "enter-weak"
    expect(page.get_by_label("Reason")).to_have_value(WHY)
    page.get_by_label("Password that the caller tells you").fill(TOLD)
    expect(page.locator("#new_password-meter")).to_contain_text("Excellent")
    page.get_by_role("button", name="Reset password").click()
    expect(page.get_by_text("The password works now.")).to_be_visible()
    yield "entered"


def _two_operators(page: Page, mara, olga) -> Iterator[str]:
    page.goto(at(mara, "enter"))
    page.get_by_label("Reason").fill(WHY)
    page.get_by_label("Account may be compromised").check()
    page.get_by_role("button", name="Ask a second operator").click()
    expect(page.get_by_text("A second operator is asked.")).to_be_visible()
    yield "second-asked"
    sign_in(olga).post(f"/console/approvals/{Approval.objects.get().pk}/agree")
    expect(page.get_by_text("olga agreed.")).to_be_visible()  # without a press: the page noticed
    yield "second-agreed"
    page.goto(at(mara))
    page.get_by_label("Reason").fill(WHY)
    page.get_by_role("button", name="Ask a second operator").click()
    page.goto("/console/approvals/")
    yield "approvals-own"
    Approval.objects.filter(state=Approval.OPEN).update(operator_id=olga.pk)
    page.goto("/console/approvals/")
    yield "approvals"
    page.get_by_role("button", name="Agree Mara Lind").click()
    expect(page.get_by_text("both of you are named")).to_be_visible()
    yield "approvals-empty"


def _readiness(page: Page, mara) -> Iterator[str]:
    page.goto(at(mara, "readiness"))
    yield "readiness"
    changes.update(mara, clock.now(), allow_mobile_password_reset=False)
    Address.objects.filter(is_main=True).update(bounced_at=clock.now())
    Person.objects.update(first_mail_due=True)
    Message.objects.filter(person=mara).update(last_reply="550 5.1.1 no such user here", state=Message.BOUNCED)
    page.goto(at(mara, "readiness"))
    yield "readiness-missing"
    page.goto(at(mara, "account"))
    yield "account-warnings"
    page.goto(at(mara))
    yield "reset-bounced"
    page.goto("/console/readiness/")
    expect(page.get_by_text("Everybody was looked at.")).to_be_visible()
    yield "readiness-of-all"


@pytest.mark.mission("M3.2", "M3.4", "M0.6", "M0.21")
def test_every_page_is_sound_for_eyes_and_ears(otto_signs_in, mara, account, olga):
    page = otto_signs_in
    assert [one for state in every_page(page, mara, olga) for one in wrong(page, f"desk-{state}")] == []
    assert [said for said in page.complaints if "422" not in said] == []


def test_the_dialog_works_by_keyboard_alone(otto_signs_in, mara, account):
    page = otto_signs_in
    page.goto(at(mara, "account"))
    page.get_by_role("link", name="Reset password").focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_be_visible()
    page.get_by_label("Reason").focus()
    page.keyboard.type(WHY)
    page.keyboard.press("Enter")
    expect(page.get_by_text("spam folder")).to_be_visible()
    assert Recovery.objects.get().note == WHY


def test_end_all_and_revoke_are_one_press(otto_signs_in, mara, account, in_movers):
    page = otto_signs_in
    tries(acts.MARAS_PASSWORD)
    acts.recover(in_movers)
    page.goto(at(mara, "account"))
    page.get_by_role("button", name="Revoke Link and code").click()
    expect(page.get_by_text("Nothing is open.")).to_be_visible()
    page.get_by_role("button", name="End all").click()
    expect(page.get_by_text("Signed in nowhere.")).to_be_visible()
    assert not Session.objects.filter(ended_at=None).exists()


@pytest.mark.mission("M0.21")
def test_the_count_goes_on_by_itself(otto_signs_in, mara, account, monkeypatch):
    monkeypatch.setattr(readiness, "PART", 2)
    now = clock.now()
    for number in range(5):
        name = f"p{number}@movers.example"
        accounts.open(changes.create(NewPerson(name, name, email=name), now), name, now)
    page = otto_signs_in
    page.goto("/console/readiness/")
    expect(page.get_by_text("Everybody was looked at.")).to_be_visible()
    expect(page.locator("#count")).to_contain_text("6 of 6 can get back in")


def test_without_script_everything_is_a_page_of_its_own(chromium, site, otto, mara, account):
    context = chromium.new_context(base_url=site, locale="en-US", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/console/sign-in?next={at(mara, 'account')}")
    page.get_by_label("User name").fill("otto")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Reset password").click()
    page.get_by_label("Reason").fill(WHY)
    page.get_by_role("button", name="Yes, send it").click()
    expect(page.get_by_text("spam folder")).to_be_visible()
    context.close()
    assert Tenant.objects.filter(pk=mara.tenant_id).exists() and Recovery.objects.count() == 1
