"""An owner invites, rules and helps, in a real browser, every page looked at."""

import pytest
from playwright.sync_api import Page, expect

from keyturn.operators.models import Operator
from keyturn.operators.roles import Role
from tests.console.chromium import has_signed_in, policy_complaints, wrong
from tests.console.own.phone import enrols
from tests.console.staff import operator, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "a quiet harbour after the rain"


@pytest.fixture
def staff(movers, now) -> None:
    operator(movers, "boss", Role.OWNER, email="boss@movers.example")
    operator(movers, "hal", Role.HELPDESK, email="hal@movers.example")
    operator(movers, "a-rather-long-user-name-of-somebody", Role.AUDITOR)
    Operator.objects.filter(username="a-rather-long-user-name-of-somebody").update(is_active=False)
    enrols(sign_in(Operator.objects.get(username="hal")), now)


def does(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).click()
    page.get_by_role("button", name=name).click()


def test_from_the_invitation_to_the_new_operators_first_sign_in(page, staff, chromium, site):
    seen = []
    has_signed_in(page, "boss")
    page.goto("/console/operators/")
    seen += wrong(page, "operators")
    page.get_by_role("link", name="Invite an operator").click()
    seen += wrong(page, "operators-invite")
    page.get_by_role("button", name="Invite").click()
    seen += wrong(page, "operators-invite-errors")
    page.get_by_label("User name").fill("mia")
    page.get_by_label("Auditor").check()
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_role("heading", name="Hand this link to mia")).to_be_visible()
    seen += wrong(page, "operators-link")
    token = page.locator(".welcome-link").inner_text().rpartition("/")[2]

    elsewhere = chromium.new_context(base_url=site, locale="en-US")
    mia = elsewhere.new_page()
    mia.goto(f"/console/welcome/{token}")
    seen += wrong(mia, "welcome")
    mia.get_by_label("New password", exact=True).fill(NEW)
    mia.get_by_label("Confirm new password").fill(NEW)
    mia.get_by_role("button", name="Save new password").click()
    expect(mia.get_by_text("Your password is saved")).to_be_visible()
    mia.goto(f"/console/welcome/{token}")
    expect(mia.get_by_role("heading", name="This link does not work")).to_be_visible()
    seen += wrong(mia, "welcome-gone")
    elsewhere.close()
    assert seen == []
    assert policy_complaints(page) == []


def test_helping_and_ruling(page, staff):
    seen = []
    has_signed_in(page, "boss")
    page.goto("/console/operators/")
    page.get_by_role("link", name="hal", exact=True).click()
    seen += wrong(page, "operators-one")
    page.get_by_role("link", name="Change the role").click()
    seen += wrong(page, "operators-role")
    page.get_by_label("Administrator").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The role is changed")).to_be_visible()
    page.get_by_role("link", name="Remove the second factor").click()
    seen += wrong(page, "operators-act")
    page.get_by_role("button", name="Remove the second factor").click()
    expect(page.get_by_text("The second factor is removed")).to_be_visible()
    does(page, "Switch off")
    expect(page.get_by_text("Switched off. Every session has ended.")).to_be_visible()
    does(page, "Switch on")
    expect(page.get_by_text("Switched on again")).to_be_visible()
    page.goto("/console/operators/")
    page.get_by_role("link", name="boss", exact=True).click()
    expect(page.get_by_role("heading", name="This is you")).to_be_visible()
    seen += wrong(page, "operators-own")
    assert seen == []
    assert policy_complaints(page) == []


def test_the_list_by_keyboard(page, staff):
    has_signed_in(page, "boss")
    page.goto("/console/operators/")
    link = page.get_by_role("link", name="hal", exact=True)
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="hal", exact=True)).to_be_visible()
    assert Operator.objects.get(username="hal").is_active
