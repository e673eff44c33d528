"""Somebody forgot a password and gets back in by a link and a code, through a real browser and a real mail server."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import walking
from tests.journeys.world import new, old


@pytest.mark.mission("M4.1", "M4.2", "M4.3", "M4.4", "M4.6", "M4.7", "M3.6")
def test_mara_gets_back_in_by_link_and_code(page, keyturn):
    mara, password = "link@movers.example", new("link")
    walking.note(keyturn, password)
    walking.ask_on_the_sign_in_page(page, keyturn, mara)
    expect(page.get_by_text(mara)).to_be_visible()
    page.get_by_role("button", name="OK").click()
    expect(page.get_by_text("on its way")).to_be_visible()

    letter = walking.receive(keyturn, mara)
    assert keyturn.lets_in(mara, old("link"))  # nothing was taken away by asking
    session = keyturn.sign_in(mara, old("link")).json()["token"]

    walking.open_link(page, letter)
    walking.save(page, code=letter.code, password=password)
    expect(page).to_have_url(re.compile(r"/sign-in"))
    expect(page.get_by_text("Your new password is saved")).to_be_visible()

    walking.sign_in(page, keyturn, mara, password)
    expect(page).to_have_url(re.compile(r"/me$"))
    assert keyturn.lets_in(mara, password)
    assert not keyturn.lets_in(mara, old("link"))
    with keyturn.with_session(session) as app:
        assert app.get("/api/v1/me").status_code == 401  # what was opened with the old one has ended
    assert "changed" in keyturn.letter_to(mara).subject.lower()


@pytest.mark.mission("M4.2")
def test_cancelling_sends_nothing(page, keyturn):
    walking.ask_on_the_sign_in_page(page, keyturn, "cancel@movers.example")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_label("User name")).to_have_value("cancel@movers.example")
    keyturn.settle()
    assert keyturn.letters_to("cancel@movers.example") == []


@pytest.mark.mission("M4.1")
def test_the_option_is_not_there_before_a_valid_user_name(page, keyturn):
    page.goto(keyturn.url("/sign-in"))
    option = page.get_by_role("button", name="Reset password")
    expect(option).to_be_hidden()
    page.get_by_label("User name").fill("not@an@address")
    expect(option).to_be_hidden()
    page.get_by_label("User name").fill("mara@movers.example")
    expect(option).to_be_visible()


@pytest.mark.mission("M4.9")
def test_an_app_fills_in_the_name(page, keyturn):
    page.goto(keyturn.url("/sign-in?identifier=mara%40movers.example"))
    expect(page.get_by_label("User name")).to_have_value("mara@movers.example")
    expect(page.get_by_role("button", name="Reset password")).to_be_visible()


@pytest.mark.mission("M4.3", "M4.5", "M4.6", "M3.5")
def test_nothing_is_saved_until_everything_is_right(page, keyturn):
    mara, password = "weak@movers.example", new("weak")
    walking.note(keyturn, password)
    keyturn.ask(email=mara)
    letter = walking.receive(keyturn, mara)
    walking.open_link(page, letter)

    walking.save(page, code=letter.code, password="password1234")
    expect(page.locator("#new_password-error")).to_be_visible()
    walking.save(page, code=letter.code, password=password, again=password + "x")
    expect(page.locator("#confirm_password-error")).to_be_visible()
    walking.save(page, code=f"{(int(letter.code) + 1) % 10**6:06}", password=password)
    expect(page.locator("#code-error")).to_be_visible()
    assert keyturn.lets_in(mara, old("weak"))

    walking.save(page, code=letter.code, password=password)
    expect(page.get_by_text("Your new password is saved")).to_be_visible()
    assert keyturn.lets_in(mara, password)


@pytest.mark.mission("M4.5")
def test_the_meter_answers_while_typing(page, keyturn):
    keyturn.ask(email="quiet@movers.example")
    walking.open_link(page, walking.receive(keyturn, "quiet@movers.example"))
    field = page.get_by_label("New password", exact=True)
    for typed, word in {"password": "Poor", new("quiet"): "Excellent"}.items():
        field.press_sequentially(typed, delay=5)
        expect(page.locator("#new_password-meter")).to_contain_text(word)
        field.fill("")


@pytest.mark.mission("M3.1")
def test_mara_does_it_alone(page, keyturn):
    mara, password = "alone@movers.example", new("alone")
    walking.note(keyturn, password)
    page.goto(keyturn.url("/sign-in"))
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("User name").fill(mara)
    page.get_by_role("button", name="Reset my password").click()
    expect(page.get_by_text("on its way")).to_be_visible()
    letter = walking.receive(keyturn, mara)
    walking.open_link(page, letter)
    walking.save(page, code=f"{letter.code[:3]} {letter.code[3:]}", password=password)
    walking.sign_in(page, keyturn, mara, password)
    expect(page).to_have_url(re.compile(r"/me$"))


def test_sofia_is_written_to_in_her_language(keyturn):
    keyturn.ask(email="sofia@movers.example")
    assert "contraseña" in walking.receive(keyturn, "sofia@movers.example").text


def test_nils_who_left_gets_nothing(keyturn):
    keyturn.ask(email="nils@movers.example")
    keyturn.settle()
    assert keyturn.letters_to("nils@movers.example") == []
