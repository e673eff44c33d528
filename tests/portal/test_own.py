"""Signed-in pages: who may see them, and choosing a new password there."""

import pytest

from keyturn.access.models import Session
from keyturn.outbox.models import Message
from keyturn.portal import browser
from tests.access.people import temporary
from tests.portal.pages import error_at, focused
from tests.recovery.acts import MARAS_PASSWORD, NEW_PASSWORD


def test_strangers_are_shown_to_the_sign_in_page(visitor):
    for path in ("/me", "/change-password"):
        assert visitor.get(path)["Location"] == "/sign-in?notice=sign-in-first"
    assert visitor.post("/change-password", new_password=NEW_PASSWORD)["Location"].startswith("/sign-in")


@pytest.mark.parametrize("forged", ["x", "é", "A" * 43, "A" * 5000])
def test_a_forged_session_is_none(visitor, forged):
    visitor.client.cookies[browser.SESSION] = forged
    assert visitor.get("/me").status_code == 303


@pytest.mark.mission("M3.6")
def test_mara_changes_her_password_and_stays_signed_in(visitor, mara):
    visitor.signs_in()
    fields = {"password": MARAS_PASSWORD, "new_password": NEW_PASSWORD, "confirm_password": NEW_PASSWORD}
    answer = visitor.post("/change-password", **fields)
    assert answer["Location"] == "/me?notice=password-changed"
    assert b"Your new password is saved" in visitor.get(answer["Location"]).content
    assert Message.objects.filter(purpose="password_changed").exists()


def test_a_wrong_present_password_is_told_at_its_field(visitor, mara):
    visitor.signs_in()
    fields = {"password": "not this", "new_password": NEW_PASSWORD, "confirm_password": NEW_PASSWORD}
    answer = visitor.post("/change-password", **fields)
    assert "not your present password" in error_at(answer, "password")
    assert focused(answer) == ["password"]
    assert NEW_PASSWORD.encode() not in answer.content


@pytest.mark.mission("M4.5")
def test_a_password_with_ones_own_name_is_refused_with_the_reason(visitor, mara):
    visitor.signs_in()
    fields = {"password": MARAS_PASSWORD, "new_password": "mara lind 1987!", "confirm_password": "mara lind 1987!"}
    answer = visitor.post("/change-password", **fields)
    assert error_at(answer, "new_password")
    assert b"Leave out your name" in answer.content


@pytest.mark.mission("M0.4")
def test_a_temporary_password_opens_nothing_but_the_choice_of_an_own_one(visitor, account, now):
    text, _ = temporary(account, now)
    assert visitor.signs_in(text)["Location"] == "/change-password"
    assert visitor.get("/me")["Location"] == "/change-password"
    page = visitor.get("/change-password").content
    assert b"temporary password" in page
    assert b'id="password"' not in page  # the present one is not asked for
    answer = visitor.post("/change-password", new_password=NEW_PASSWORD, confirm_password=NEW_PASSWORD)
    assert answer["Location"] == "/me?notice=password-changed"
    assert visitor.get("/me").status_code == 200


def test_a_temporary_password_does_not_end_her_other_sessions(visitor, account, now):
    text, _ = temporary(account, now)
    visitor.signs_in(text)
    restricted = visitor.client.cookies[browser.SESSION].value
    visitor.client.cookies.clear()
    visitor.signs_in()
    visitor.client.cookies[browser.SESSION] = restricted
    visitor.post("/sign-out/everywhere")
    assert visitor.get("/change-password").status_code == 303
    assert [session.is_restricted for session in Session.objects.filter(ended_at=None)] == [False]


def test_the_session_cookie_is_another_one_after_the_change(visitor, mara):
    visitor.signs_in()
    before = visitor.client.cookies[browser.SESSION].value
    fields = {"password": MARAS_PASSWORD, "new_password": NEW_PASSWORD, "confirm_password": NEW_PASSWORD}
    visitor.post("/change-password", **fields)
    assert visitor.client.cookies[browser.SESSION].value != before
    visitor.client.cookies[browser.SESSION] = before
    assert visitor.get("/me").status_code == 303


def test_a_session_ends_with_its_person(visitor, mara):
    visitor.signs_in()
    mara.status = mara.INACTIVE
    mara.save()
    assert visitor.get("/me").status_code == 303


def test_guessing_the_present_password_is_slowed_down(visitor, mara):
    visitor.signs_in()
    fields = {"password": "not this", "new_password": NEW_PASSWORD, "confirm_password": NEW_PASSWORD}
    statuses = [visitor.post("/change-password", **fields).status_code for _ in range(8)]
    assert statuses[0] == 422
    assert statuses[-1] == 429
    assert Session.objects.filter(ended_at=None).count() == 1


def test_the_owner_hears_that_somebody_asked_for_a_temporary_password(visitor, account, now):
    temporary(account, now)
    answer = visitor.signs_in()
    assert answer["Location"] == "/me?notice=temporary-password-cancelled"
    assert b"had been asked for in your name" in visitor.get(answer["Location"]).content
    visitor.post("/sign-out")
    assert visitor.signs_in()["Location"] == "/me"
