"""A mobile app asks for a temporary password; the original stays where it is until the person chooses a new one."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import walking
from tests.journeys.world import new, old
from tests.letters import GATEWAY

TEMPORARY = "temporary_password"


@pytest.mark.mission("M0.1", "M0.2", "M0.3", "M0.4", "M0.15")
def test_it_comes_by_email_and_by_sms_each_with_its_own(keyturn):
    mara = "app@movers.example"
    keyturn.ask(email=mara, phone="+1 415 555 0111", method=TEMPORARY)
    by_email = walking.receive_temporary(keyturn, mara)
    by_sms = walking.receive_temporary(keyturn, f"4155550111@{GATEWAY}")
    assert by_email != by_sms
    assert keyturn.lets_in(mara, old("app"))


@pytest.mark.mission("M0.4")
def test_signing_in_with_the_original_cancels_them(keyturn):
    mara = "original@movers.example"
    keyturn.ask(email=mara, phone="+1 415 555 0115", method=TEMPORARY)
    by_email = walking.receive_temporary(keyturn, mara)
    by_sms = walking.receive_temporary(keyturn, f"4155550115@{GATEWAY}")
    assert keyturn.lets_in(mara, old("original"))
    assert not keyturn.lets_in(mara, by_email)
    assert not keyturn.lets_in(mara, by_sms)


@pytest.mark.mission("M0.14")
def test_with_somebody_elses_phone_it_goes_to_the_email_alone(keyturn):
    keyturn.ask(email="foreign@movers.example", phone="+1 415 555 0113", method=TEMPORARY)
    walking.receive_temporary(keyturn, "foreign@movers.example")
    keyturn.settle()
    assert keyturn.letters_to(f"4155550112@{GATEWAY}") == []
    assert keyturn.letters_to(f"4155550113@{GATEWAY}") == []
    assert keyturn.letters_to("owner@movers.example") == []


@pytest.mark.mission("M0.14", "M0.13")
def test_an_address_in_two_tenants_gets_a_message_from_each(keyturn):
    jo = "jo@shared.example"
    keyturn.ask(email=jo, method=TEMPORARY)
    letters = [keyturn.letter_to(jo), keyturn.letter_to(jo)]
    walking.note(keyturn, *(letter.temporary_password for letter in letters))
    movers, labs = sorted(letters, key=lambda letter: "Labs" in letter.subject + letter.text)
    assert "Movers" in movers.subject + movers.text
    assert "Labs" in labs.subject + labs.text
    assert keyturn.lets_in(jo, labs.temporary_password, host="labs.localhost")
    assert not keyturn.lets_in(jo, labs.temporary_password)
    assert keyturn.lets_in(jo, movers.temporary_password)


@pytest.mark.mission("M0.4", "M4.7", "M3.6")
def test_signing_in_with_it_leads_to_a_password_of_ones_own(page, keyturn):
    mara, password = "forced@movers.example", new("forced")
    walking.note(keyturn, password)
    keyturn.ask(email=mara, phone="+1 415 555 0114", method=TEMPORARY)
    temporary = walking.receive_temporary(keyturn, mara)
    by_sms = walking.receive_temporary(keyturn, f"4155550114@{GATEWAY}")

    walking.sign_in(page, keyturn, mara, temporary)
    expect(page).to_have_url(re.compile(r"/change-password$"))
    page.goto(keyturn.url("/me"))
    expect(page).to_have_url(re.compile(r"/change-password$"))
    walking.choose(page, password)
    expect(page).to_have_url(re.compile(r"/me"))

    assert keyturn.lets_in(mara, password)
    for ended in (old("forced"), temporary, by_sms):
        assert not keyturn.lets_in(mara, ended)
    assert "changed" in keyturn.letter_to(mara).subject.lower()


@pytest.mark.mission("M0.1", "M0.4")
def test_an_app_can_do_nothing_with_it_but_set_a_password(keyturn):
    mara, password = "owner@movers.example", new("owner")
    walking.note(keyturn, password)
    keyturn.ask(email=mara, phone="+1 415 555 0113", method=TEMPORARY)
    answer = keyturn.sign_in(mara, walking.receive_temporary(keyturn, mara))
    walking.note(keyturn, walking.receive_temporary(keyturn, f"4155550113@{GATEWAY}"))
    assert answer.json()["must_change_password"] is True
    with keyturn.with_session(answer.json()["token"]) as app:
        assert app.get("/api/v1/me").status_code == 403
        assert app.put("/api/v1/password", json={"new_password": "weak"}).json()["reason"] == "weak_password"
        assert keyturn.lets_in(mara, old("owner"))
        assert app.put("/api/v1/password", json={"new_password": password}).status_code == 204
    assert keyturn.lets_in(mara, password)


@pytest.mark.mission("M0.4")
def test_a_refused_mail_leaves_the_original_and_tells_the_other_address(keyturn):
    keyturn.ask(email="rosa@full.example", method=TEMPORARY)
    notice = keyturn.letter_to("rosa@home.example")
    assert "password" in notice.text
    keyturn.settle()
    assert keyturn.letters_to("rosa@full.example") == []
    assert keyturn.lets_in("rosa@full.example", old("refused"))
    states = keyturn.rows("SELECT state FROM directories_temporarypassword WHERE state = 'dead'")
    assert len(states) == 1
