"""An operator's own sign-in in a real browser: an app, the passkeys of a virtual device, every page looked at."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from keyturn.lib import clock
from keyturn.operators.factors.models import AuthenticatorApp, Passkey
from keyturn.operators.models import OperatorSession
from keyturn.tenants.models import Tenant
from tests.console.chromium import policy_complaints, signs_in, wrong
from tests.console.own.phone import Phone, enrols
from tests.console.staff import operator, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def otto(movers):
    return operator(movers, email="otto@movers.example")


@pytest.fixture
def security_key(page) -> Iterator[str]:
    """A security key in the browser's machine, touched whenever it is asked."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    yield devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    devices.detach()


def scans(page: Page) -> Phone:
    page.get_by_text("No camera?").click()
    return Phone(page.locator(".qr-letters .reference").inner_text().replace(" ", ""))


def enrols_an_app(page: Page) -> tuple[Phone, list[str]]:
    phone = scans(page)
    page.get_by_label("Code", exact=True).fill(phone.shows(clock.now()))
    page.get_by_role("button", name="Keep this app").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    return phone, page.locator(".codes li").all_inner_texts()


def test_an_app_from_the_picture_to_signing_in_with_it_and_without_the_phone(page, otto, now):
    seen = []
    signs_in(page, "otto")
    page.goto("/console/me")
    seen += wrong(page, "me-without-factor")
    page.get_by_role("link", name="Add an authenticator app").click()
    seen += wrong(page, "app")
    phone, spare = enrols_an_app(page)
    seen += wrong(page, "recovery-codes")
    page.get_by_role("link", name="I have them on paper").click()
    expect(page.get_by_text("10 codes are left")).to_be_visible()
    seen += wrong(page, "me")
    page.goto("/console/me/app/remove")
    seen += wrong(page, "remove-app")

    page.context.clear_cookies()
    signs_in(page, "otto")
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    seen += wrong(page, "second-step-app")
    page.get_by_label("Code of your authenticator app").fill("000 000")
    page.get_by_role("button", name="Go on").click()
    seen += wrong(page, "second-step-wrong-code")
    page.get_by_label("Code of your authenticator app").fill(phone.shows(clock.now()))
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_url(re.compile(r"/console/$"))

    page.context.clear_cookies()
    signs_in(page, "otto")
    page.get_by_role("link", name="Use a recovery code").click()
    seen += wrong(page, "second-step-recovery-code")
    page.get_by_label("Recovery code").fill(spare[0])
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_url(re.compile(r"/console/$"))
    page.goto("/console/me")
    expect(page.get_by_text("9 codes are left")).to_be_visible()
    assert seen == []
    assert policy_complaints(page) == []


def test_a_passkey_from_the_browsers_dialog_to_signing_in_and_confirming(page, otto, security_key, now):
    seen = []
    signs_in(page, "otto")
    page.goto("/console/me/passkeys/new")
    seen += wrong(page, "passkey")
    makes_a_passkey(page)
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert Passkey.objects.get().name == "Blue key"

    page.context.clear_cookies()
    signs_in(page, "otto")
    seen += wrong(page, "second-step-passkey")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile(r"/console/$"))
    assert OperatorSession.objects.filter(ended_at=None, second_factor="passkey").exists()

    OperatorSession.objects.update(confirmed_at=OperatorSession.objects.first().created_at.replace(year=2020))
    page.goto("/console/me/password")
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    seen += wrong(page, "confirm-passkey")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Change password")).to_be_visible()
    seen += wrong(page, "password")
    page.get_by_role("button", name="Save new password").click()
    seen += wrong(page, "password-errors")
    assert seen == []
    assert policy_complaints(page) == []


def makes_a_passkey(page: Page) -> None:
    page.goto("/console/me/passkeys/new")
    page.get_by_label("Name").fill("Blue key")
    page.get_by_role("button", name="Make the passkey").click()


def test_the_same_key_twice_is_told_and_nothing_is_lost(page, otto, security_key):
    signs_in(page, "otto")
    makes_a_passkey(page)
    page.get_by_role("link", name="I have them on paper").click()
    expect(page.get_by_text("Blue key").first).to_be_visible()
    makes_a_passkey(page)
    expect(page.get_by_text("No passkey was made")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("Blue key")
    assert Passkey.objects.count() == 1
    assert wrong(page, "passkey-twice") == []


def test_who_must_have_a_factor_gets_one_before_anything_else(page, otto, now):
    Tenant.objects.update(require_second_factor=True)
    signs_in(page, "otto")
    expect(page.get_by_role("heading", name="Add a second factor")).to_be_visible()
    seen = wrong(page, "enrol")
    page.get_by_role("link", name="An authenticator app").click()
    enrols_an_app(page)
    page.get_by_role("link", name="I have them on paper").click()
    expect(page).to_have_url(re.compile(r"/console/$"))
    assert AuthenticatorApp.objects.count() == 1
    assert seen == []


def test_confirming_by_password_where_there_is_no_factor(page, otto):
    signs_in(page, "otto")
    expect(page).to_have_url(re.compile(r"/console/$"))
    OperatorSession.objects.update(confirmed_at=OperatorSession.objects.first().created_at.replace(year=2020))
    page.goto("/console/me/app")
    assert wrong(page, "confirm-password") == []
    page.get_by_label("Password", exact=True).fill("not this one")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("This is not your password")).to_be_visible()


def test_the_second_step_without_script(chromium, site, otto, now):
    phone, _ = enrols(sign_in(otto), now)
    context = chromium.new_context(base_url=site, locale="en-US", java_script_enabled=False)
    page = context.new_page()
    signs_in(page, "otto")
    page.get_by_label("Code of your authenticator app").fill(phone.shows(clock.now()))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/console/$"))
    context.close()
