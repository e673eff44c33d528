"""Getting a factor: of one's own will, and because the organization wants it; and letting it go again."""

import re
from datetime import timedelta

import pytest

from keyturn.operators.factors.models import AuthenticatorApp, Passkey
from keyturn.operators.models import OperatorSession
from keyturn.tenants.models import Tenant
from tests.console.own.phone import enrols, scans
from tests.console.staff import PASSWORD, operator, sign_in
from tests.operators.authenticator import SoftKey


@pytest.fixture
def otto(movers):
    return operator(movers)


@pytest.fixture
def browser(otto):
    return sign_in(otto)


def long_ago(now) -> None:
    OperatorSession.objects.update(confirmed_at=now - timedelta(hours=1))


def test_an_app_is_kept_with_its_first_code_and_ten_recovery_codes(browser, now):
    _, spare = enrols(browser, now)
    assert len(spare) == 10
    assert b"10 codes are left" in browser.get("/console/me").content


def test_other_browsers_of_the_operator_sign_in_again(otto, browser, now):
    other = sign_in(otto)
    enrols(browser, now)
    assert other.get("/console/me").status_code == 303
    assert browser.get("/console/me").status_code == 200


def test_a_wrong_code_keeps_the_picture(browser, now):
    phone, proposal = scans(browser.get("/console/me/app"))
    answer = browser.post("/console/me/app", {"proposal": proposal, "code": phone.showed_long_ago(now)})
    assert answer.status_code == 422
    assert scans(answer)[0] == phone


def test_a_proposal_of_somebody_else_is_none(browser, movers, now):
    phone, proposal = scans(sign_in(operator(movers, "ann")).get("/console/me/app"))
    answer = browser.post("/console/me/app", {"proposal": proposal, "code": phone.shows(now)})
    assert answer.status_code == 422
    assert not AuthenticatorApp.objects.exists()


def test_where_the_organization_wants_a_factor_nothing_else_opens_before(browser, now):
    Tenant.objects.update(require_second_factor=True)
    for path in ("/console/", "/console/me", "/console/operators/", "/console/me/password", "/console/me/app/remove"):
        assert browser.get(path)["Location"].startswith("/console/sign-in/enrol?"), path
    assert browser.get("/console/sign-in/enrol").status_code == 200
    enrols(browser, now)
    assert browser.get("/console/").status_code == 200


def test_signing_in_without_a_factor_leads_to_enrolling_and_then_where_one_wanted(otto, now):
    Tenant.objects.update(require_second_factor=True)
    browser = sign_in(otto)
    there = browser.get("/console/me?x=1")["Location"]
    page = browser.get(there).content.decode()
    assert "/console/me/app?next=%2Fconsole%2Fme%3Fx%3D1" in page
    before = browser.cookies["keyturn-operator"].value
    enrols(browser, now)
    assert browser.cookies["keyturn-operator"].value != before


def test_who_waits_longer_than_ten_minutes_confirms_and_goes_on(browser, now):
    Tenant.objects.update(require_second_factor=True)
    long_ago(now)
    there = browser.get("/console/me/app")["Location"]
    assert there.startswith("/console/confirm?")
    assert browser.post(there, {"password": PASSWORD})["Location"] == "/console/me/app"
    enrols(browser, now)
    assert browser.get("/console/").status_code == 200


def test_the_last_factor_stays_where_the_organization_wants_one(browser, now):
    enrols(browser, now)
    Tenant.objects.update(require_second_factor=True)
    answer = browser.post("/console/me/app/remove")
    assert answer["Location"] == "/console/me?notice=last-factor"
    assert AuthenticatorApp.objects.exists()


def test_a_factor_goes_only_after_proving_a_factor(browser, now):
    phone, _ = enrols(browser, now)
    long_ago(now)
    there = browser.post("/console/me/app/remove")["Location"]
    assert there.startswith("/console/confirm?")
    assert browser.post(there, {"password": PASSWORD}).status_code == 422
    assert AuthenticatorApp.objects.exists()
    assert browser.post(there, {"code": phone.shows(now)})["Location"] == "/console/me/app/remove"
    assert browser.post("/console/me/app/remove")["Location"] == "/console/me?notice=factor-removed"
    assert not AuthenticatorApp.objects.exists()


def test_a_session_that_was_left_open_adds_no_factor_of_somebody_else(browser, now):
    long_ago(now)
    for path in ("/console/me/app", "/console/me/passkeys/new", "/console/me/passkeys/options"):
        assert browser.post(path)["Location"].startswith("/console/confirm?"), path
    assert not AuthenticatorApp.objects.exists()


def test_control_without_confirming_it_would(browser, now, monkeypatch):
    from keyturn.operators import sessions

    monkeypatch.setattr(sessions, "is_confirmed", lambda session, now: True)
    long_ago(now)
    enrols(browser, now)
    assert AuthenticatorApp.objects.exists()


def test_a_passkey_beside_the_app_needs_no_new_recovery_codes(browser, now):
    enrols(browser, now)
    key = SoftKey(origin="http://movers.localhost")
    made = key.creates(browser.post("/console/me/passkeys/options").json())
    answer = browser.post("/console/me/passkeys/new", {"name": "Blue key", "passkey": made})
    assert answer["Location"] == "/console/me?notice=factor-added"
    page = browser.get("/console/me").content.decode()
    assert "Blue key" in page
    [passkey] = Passkey.objects.all()
    assert browser.post(f"/console/me/passkeys/{passkey.pk}/remove").status_code == 303
    assert not Passkey.objects.exists()


def test_nobody_removes_somebody_elses_passkey(browser, movers, now):
    ann, key = sign_in(operator(movers, "ann")), SoftKey(origin="http://movers.localhost")
    made = key.creates(ann.post("/console/me/passkeys/options").json())
    ann.post("/console/me/passkeys/new", {"name": "Ann's", "passkey": made})
    assert browser.post(f"/console/me/passkeys/{Passkey.objects.get().pk}/remove").status_code == 404
    assert Passkey.objects.exists()


def test_a_name_that_is_markup_is_text(browser, now):
    key = SoftKey(origin="http://movers.localhost")
    made = key.creates(browser.post("/console/me/passkeys/options").json())
    browser.post("/console/me/passkeys/new", {"name": "<script>alert(1)</script>", "passkey": made})
    page = browser.get("/console/me").content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_new_recovery_codes_end_the_old_ones(otto, browser, now):
    _, old = enrols(browser, now)
    page = browser.post("/console/me/recovery-codes").content.decode()
    new = re.findall(r"<li>([2-9a-z]{5}-[2-9a-z]{5})</li>", page)
    door = sign_in(otto)
    assert door.post("/console/sign-in/second-factor", {"code": old[0]}).status_code == 422
    assert door.post("/console/sign-in/second-factor", {"code": new[0]}).status_code == 303


def test_at_an_address_that_is_a_number_the_page_says_why_there_are_no_passkeys(browser):
    browser.defaults["HTTP_HOST"] = "127.0.0.1:8000"
    assert b"this address is a number" in browser.get("/console/me/passkeys/new").content
