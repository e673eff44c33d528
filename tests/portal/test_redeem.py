"""The page behind the link: one face for every token, nothing written by looking, nothing burnt by junk."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from keyturn.portal import browser
from keyturn.recovery.models import Ticket
from tests.portal.pages import Visitor, body, error_at, focused
from tests.recovery.acts import MARAS_PASSWORD, NEW_PASSWORD, link_and_code, other_than, recover

MADE_UP = "A" * 43


@pytest.fixture
def letter(mara, in_movers) -> tuple[str, str]:
    """Token and code as Mara was sent them."""
    recover(in_movers)
    return link_and_code()


@pytest.mark.mission("M4.3", "M4.4", "M4.6")
def test_link_code_and_a_good_password_lead_back_to_sign_in(visitor, letter):
    token, code = letter
    visitor.opens(token)
    answer = visitor.saves(f"{code[:3]} {code[3:]}", NEW_PASSWORD)
    assert (answer.status_code, answer["Location"]) == (303, "/sign-in?notice=password-changed")
    assert answer.cookies[browser.TICKET]["max-age"] == 0
    assert browser.SESSION not in answer.cookies  # nobody is signed in by it
    assert b"Your new password is saved" in visitor.get(answer["Location"]).content
    assert visitor.signs_in(NEW_PASSWORD)["Location"] == "/me"
    assert visitor.signs_in(MARAS_PASSWORD).status_code == 422


def _guessed_at_while_she_recovers(visitor, letter) -> None:
    """Mara sets a new password; before she can type it, a stranger has failed with her name again and again."""
    visitor.opens(letter[0])
    visitor.saves(letter[1], NEW_PASSWORD)
    mallory = Visitor(Client(HTTP_HOST="testserver"))
    for _ in range(6):
        mallory.signs_in("a guess")
    assert mallory.signs_in(NEW_PASSWORD).status_code == 429


def test_nobody_makes_the_owner_wait_after_recovering(visitor, letter):
    _guessed_at_while_she_recovers(visitor, letter)
    assert visitor.signs_in(NEW_PASSWORD)["Location"] == "/me"


def test_control_a_browser_that_is_not_known_waits(visitor, letter):
    _guessed_at_while_she_recovers(visitor, letter)
    del visitor.client.cookies[browser.DEVICE]
    assert visitor.signs_in(NEW_PASSWORD).status_code == 429


def test_opening_the_link_writes_nothing_and_asks_the_database_for_no_ticket(visitor, letter):
    with CaptureQueriesContext(connection) as queries:
        for _ in range(3):
            visitor.opens(letter[0])
            visitor.client.head(f"/r/{letter[0]}")
    assert not [one["sql"] for one in queries if re.match(r"\s*(INSERT|UPDATE|DELETE)", one["sql"])]
    assert not [one["sql"] for one in queries if "recovery_" in one["sql"]]


def test_the_link_leaves_the_address_bar_for_a_sealed_cookie(visitor, letter):
    token, _ = letter
    answer = visitor.get(f"/r/{token}")
    cookie = answer.cookies[browser.TICKET]
    assert answer["Location"] == "/r"
    assert token not in cookie.value
    assert (cookie["max-age"], cookie["samesite"], cookie["httponly"]) == (900, "Lax", True)
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"


@pytest.mark.mission("M4.3")
def test_good_used_made_up_and_broken_tokens_show_the_same_page(visitor, letter):
    token, code = letter
    good = visitor.opens(token)
    visitor.saves(code, NEW_PASSWORD)
    others = [visitor.opens(other) for other in (token, MADE_UP, "x", "%00", "é" * 20, "x" * 1500)]
    for other in others:
        assert other.status_code == good.status_code == 200
        assert body(other) == body(good)
        assert dict(other.headers) == dict(good.headers)


def test_without_the_cookie_the_page_says_to_open_the_link_again(visitor):
    for answer in (visitor.get("/r"), visitor.saves("123456", NEW_PASSWORD)):
        assert b"Open the link once more" in answer.content


def test_a_cookie_of_another_tenant_opens_nothing(visitor, letter, labs):
    visitor.opens(letter[0])
    visitor.client.cookies[browser.TICKET]["domain"] = ""
    answer = visitor.client.get("/r", headers={"Host": "labs.localhost"})
    assert b"Open the link once more" in answer.content


@pytest.mark.parametrize("forged", ["", "x", "A" * 200, "é", "A" * 5000])
def test_a_forged_cookie_opens_nothing(visitor, forged):
    visitor.client.cookies[browser.TICKET] = forged
    assert b"Open the link once more" in visitor.get("/r").content


@pytest.mark.mission("M4.3")
def test_robots_that_submit_junk_burn_nothing(visitor, letter):
    visitor.opens(letter[0])
    for junk in (
        {},
        {"code": "x", "new_password": "a", "confirm_password": "a"},
        {"code": "000000", "new_password": "a", "confirm_password": "a"},
        {"code": "000000", "new_password": NEW_PASSWORD, "confirm_password": "another"},
        {"code": "0" * 60_000, "new_password": NEW_PASSWORD, "confirm_password": NEW_PASSWORD},
        {"code": "12\x00456", "new_password": NEW_PASSWORD, "confirm_password": NEW_PASSWORD},
        {"code": "test@example.com", "new_password": "test@example.com", "confirm_password": "test@example.com"},
    ):
        assert visitor.post("/r", **junk).status_code == 422
    assert Ticket.objects.get().attempts == 0


def test_the_check_above_would_notice_a_counted_try(visitor, letter):
    visitor.opens(letter[0])
    visitor.saves(other_than(letter[1]), NEW_PASSWORD)
    assert Ticket.objects.get().attempts == 1


@pytest.mark.mission("M4.4", "M4.6")
def test_every_error_stands_at_its_field_and_the_cursor_goes_to_the_first(visitor, letter):
    visitor.opens(letter[0])
    answer = visitor.saves("12a", NEW_PASSWORD, again="something else")
    assert "six digits" in error_at(answer, "code")
    assert "not the same" in error_at(answer, "confirm_password")
    assert focused(answer) == ["code"]
    assert b"12a" in answer.content
    assert NEW_PASSWORD.encode() not in answer.content


@pytest.mark.mission("M4.5", "M4.6")
def test_a_weak_password_gets_level_and_hints_without_script(visitor, letter):
    visitor.opens(letter[0])
    answer = visitor.saves(letter[1], "password1")
    assert "does not suffice" in error_at(answer, "new_password")
    assert b'data-level="poor"' in answer.content
    assert b"Use at least 12 characters." in answer.content
    assert Ticket.objects.get().attempts == 0


@pytest.mark.mission("M4.3")
def test_a_wrong_code_and_a_made_up_link_hear_the_same(visitor, letter):
    visitor.opens(letter[0])
    wrong = visitor.saves(other_than(letter[1]), NEW_PASSWORD)
    visitor.opens(MADE_UP)
    made_up = visitor.saves(other_than(letter[1]), NEW_PASSWORD)
    assert wrong.status_code == made_up.status_code == 422
    assert body(wrong) == body(made_up)


def test_the_fifth_wrong_code_ends_the_link_and_says_what_to_do(visitor, letter):
    visitor.opens(letter[0])
    for _ in range(4):
        answer = visitor.saves(other_than(letter[1]), NEW_PASSWORD)
        assert error_at(answer, "code")
    fifth = visitor.saves(other_than(letter[1]), NEW_PASSWORD)
    assert b"Too many wrong codes" in fifth.content
    assert b'href="/forgot"' in fifth.content
    assert visitor.saves(letter[1], NEW_PASSWORD).status_code == 422
    assert visitor.signs_in(MARAS_PASSWORD)["Location"] == "/me"


def test_a_form_without_its_token_counts_nothing(strict, letter):
    strict.opens(letter[0])
    assert strict.saves(letter[1], NEW_PASSWORD).status_code == 403
    assert Ticket.objects.get().attempts == 0
